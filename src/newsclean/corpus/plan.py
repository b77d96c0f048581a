"""The relational part of deduplication, as SQL that DuckDB and Spark both read.

Tables: ``band_keys(doc, band_key)``, ``sketches(doc, sketch, size, damage)``, ``candidates(a, b)``,
``pairs(a, b, jaccard, containment, similarity, verdict)``. Numbers of documents follow the order of the input; every
choice falls to the smallest number, so that the answer does not depend on how the work is spread.
"""

from __future__ import annotations

BUCKETS = """
SELECT band_key, count(*) AS size, min(doc) AS first_doc
FROM {keys} GROUP BY band_key HAVING count(*) > 1
"""

SHARED_KEYS = "SELECT doc, band_key FROM {keys} WHERE band_key IN (SELECT band_key FROM buckets)"

MEETING_COUNT = """
SELECT CAST(coalesce(sum(CASE WHEN size <= {crowd} THEN size * (size - 1) / 2 ELSE size - 1 END), 0) AS BIGINT)
FROM buckets
"""

PART = "SELECT * FROM {table} WHERE band_key % {parts} = {part}"

MEETINGS = """
SELECT a, b FROM (
    SELECT x.doc AS a, y.doc AS b
    FROM {buckets} buckets
    JOIN {keys} x ON x.band_key = buckets.band_key
    JOIN {keys} y ON y.band_key = buckets.band_key
    WHERE size <= {crowd} AND x.doc < y.doc
    UNION ALL
    SELECT first_doc AS a, doc AS b
    FROM {buckets} buckets JOIN {keys} z ON z.band_key = buckets.band_key
    WHERE size > {crowd} AND doc <> first_doc
) met WHERE {where}
"""

COUNTED = "SELECT a, b, count(*) AS met FROM ({meetings}) meetings GROUP BY a, b"

CANDIDATES = """
SELECT a, b, x.sketch AS sketch_a, y.sketch AS sketch_b
FROM (SELECT a, b FROM {counted} WHERE met >= {shared}) often
JOIN sketches x ON x.doc = a
JOIN sketches y ON y.doc = b
"""

CROWDED = "SELECT count(*), coalesce(sum(size), 0) FROM buckets WHERE size > {crowd}"

EDGES = """
SELECT a AS doc, b AS other FROM pairs WHERE verdict = 0 AND similarity >= {threshold}
UNION ALL SELECT b, a FROM pairs WHERE verdict = 0 AND similarity >= {threshold}
"""

FIRST_ROOTS = "SELECT doc, least(doc, min(other)) AS root FROM edges GROUP BY doc"

# each document takes the smallest root among its own, its neighbours' and its root's
NEXT_ROOTS = """
SELECT roots.doc AS doc, least(min(roots.root), min(near.root), min(up.root)) AS root
FROM roots
JOIN edges ON edges.doc = roots.doc
JOIN roots near ON near.doc = edges.other
JOIN roots up ON up.doc = roots.root
GROUP BY roots.doc
"""

CHANGED = "SELECT count(*) FROM roots JOIN next_roots ON roots.doc = next_roots.doc WHERE roots.root <> next_roots.root"

KEEP_ORDER = {
    "first": "doc",
    "longest": "size DESC, doc",
    "cleanest": "damage, size DESC, doc",
}

KEPT = """
SELECT doc, root, first_value(doc) OVER (PARTITION BY root ORDER BY {order}) AS kept
FROM (SELECT roots.doc AS doc, root, size, damage FROM roots JOIN sketches ON sketches.doc = roots.doc) grouped
"""
