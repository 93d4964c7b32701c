#!/bin/sh
# What: tantivy 0.27.0 (PyPI), the default tokenizer of a text field
# Guess: what is in the index is found, at least by the very words that were put in; Chinese only in whole sentences.
# Does: a run of letters longer than 40 bytes is thrown away when it is indexed: a Chinese sentence of 14 characters
#   without a comma is in no index, and no search finds it, the sentence itself neither. Shorter ones are found.
#   Nothing is raised and the document counts.
# Seen: 警察在楼下 (15 bytes) is found by itself; a sentence of 24 characters by nothing; Tibetan by its syllables.
# Source: tantivy, module tokenizer: 'default' is SimpleTokenizer, RemoveLongFilter (40 bytes) and LowerCaser.
# Instead: a tokenizer of ngrams (TextAnalyzerBuilder(Tokenizer.ngram(1, 2))) for Chinese, and search for a word of
#   each script after building.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq tantivy==0.27.0 || exit 2

venv/bin/python - <<'END'
import sys
import tantivy

LONG, SHORT, TIBETAN = "今天去了三户人家警察在楼下等我们说要带走所有的人", "警察在楼下", "བོད་ཡིག་གི་ཚིག"
builder = tantivy.SchemaBuilder()
builder.add_text_field("text", stored=True)
index = tantivy.Index(builder.build())
writer = index.writer()
for text in (LONG, SHORT, TIBETAN):
    writer.add_document(tantivy.Document(text=text))
writer.commit()
index.reload()
searcher = index.searcher()


def found(words):
    hits = searcher.search(index.parse_query(words, ["text"]), 9).hits
    return [searcher.doc(address)["text"][0] for _, address in hits]


print(searcher.num_docs, found(LONG), found(SHORT), found("ཡིག"))
if not found(SHORT) or not found("ཡིག") or searcher.num_docs != 3:
    sys.exit("changed: the short ones are not found either")
if found(LONG):
    sys.exit("changed: the long sentence is found")
END
