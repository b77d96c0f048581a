"""newsclean inside other packages: the same text as by itself, missing values left missing."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

import newsclean
from newsclean.integrations.huggingface import clean_batch, split_batch
from newsclean.page import Article, Block, Page

PAGE = "今天天气很好,我们一起去公园。\n"
CLEAN = "今天天气很好，我们一起去公园。\n"


@pytest.fixture
def _one_article(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page is one article of one paragraph: what is tested here is not how pages are read."""

    def segment(text: str, preset: str = "newspaper", id: str | None = None) -> Page:
        block = Block("paragraph", newsclean.clean(text, preset).strip(), ((0, len(text.strip())),), 0)
        return Page((block,), (Article(headline="天气", byline=("张婷",), blocks=(0,)),), id=id)

    monkeypatch.setattr(newsclean, "segment_articles", segment)


def test_a_pandas_column_keeps_its_index_and_missing_values() -> None:
    pandas = pytest.importorskip("pandas")
    from newsclean.integrations.frames import clean_series

    cleaned = clean_series(pandas.Series([PAGE, None], index=["a", "b"], name="text"))
    assert cleaned["a"] == CLEAN
    assert pandas.isna(cleaned["b"])
    assert cleaned.name == "text"


def test_a_polars_column_keeps_its_name_and_missing_values() -> None:
    polars = pytest.importorskip("polars")
    from newsclean.integrations.frames import clean_series

    cleaned = clean_series(polars.Series("text", [PAGE, None]))
    assert cleaned.to_list() == [CLEAN, None]
    assert cleaned.name == "text"


def test_a_list_is_no_column() -> None:
    from newsclean.integrations.frames import clean_series

    with pytest.raises(TypeError, match="pandas or polars Series is wanted, not list"):
        clean_series([PAGE])


@pytest.mark.usefixtures("_one_article")
def test_batches_are_cleaned_and_split() -> None:
    assert clean_batch({"text": [PAGE, None], "date": [1, 2]}) == {"text": [CLEAN, None]}
    articles = split_batch({"id": ["a", "b", "c"], "text": [PAGE, None, PAGE]})
    assert articles["page"] == ["a", "c"]
    assert articles["headline"] == ["天气", "天气"]
    assert articles["byline"] == [["张婷"], ["张婷"]]
    assert articles["text"] == [CLEAN.strip()] * 2
    assert split_batch({"text": [PAGE]})["page"] == [None]


@pytest.mark.parametrize("function", [clean_batch, split_batch])
def test_a_batch_without_the_column_or_a_single_row_is_refused_with_the_remedy(function: Callable[..., object]) -> None:
    with pytest.raises(KeyError, match=r"no column 'text'; there are content, id: .*fn_kwargs=\{'column': NAME\}"):
        function({"content": [PAGE], "id": ["a"]})
    with pytest.raises(TypeError, match=r"not a single row: .*batched=True"):
        function({"text": PAGE})


@pytest.mark.usefixtures("_one_article")
def test_a_data_set_is_mapped() -> None:
    datasets = pytest.importorskip("datasets")
    pages = datasets.Dataset.from_dict({"id": ["a", "b"], "text": [PAGE, PAGE]})
    assert pages.map(clean_batch, batched=True)["text"][:] == [CLEAN, CLEAN]
    articles = pages.map(split_batch, batched=True, remove_columns=pages.column_names)
    assert articles["page"][:] == ["a", "b"]


def test_a_datatrove_step_cleans_documents_and_pickles() -> None:
    pytest.importorskip("datatrove")
    from datatrove.data import Document

    from newsclean.integrations.datatrove import NewspaperCleaner

    step = pickle.loads(pickle.dumps(NewspaperCleaner("minimal")))
    assert [document.text for document in step.run([Document(text=PAGE, id="a")])] == [
        newsclean.clean(PAGE, preset="minimal")
    ]


@pytest.mark.usefixtures("_one_article")
def test_langchain_documents_become_articles_with_their_metadata() -> None:
    pytest.importorskip("langchain_core")
    from langchain_core.documents import Document

    from newsclean.integrations.langchain import ArticleSplitter

    [article] = ArticleSplitter().transform_documents([Document(page_content=PAGE, metadata={"page": 3}, id="a")])
    assert article.page_content == CLEAN.strip()
    assert (article.id, article.metadata["page"], article.metadata["article"]) == ("a-0", 3, 0)
