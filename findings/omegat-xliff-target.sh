#!/bin/sh
# What: OmegaT 3.6.0 (Debian's), XLIFF 1.2, console-translate
# Guess: a unit without a target waits for its translation (the target is optional, and tools add it); and the state of
#   a target says, after translating, whether it was translated.
# Does: a unit without a target, or with an empty one, is no segment: it is not shown and comes back as it was. With the
#   source as its target it is translated, and the state stays 'needs-translation'.
# Seen: three units, one translation in the file: '<target state="needs-translation">Gone.</target>'.
# Source: XLIFF 1.2, 2.3 'target' (optional) and 'state'.
# Instead: write the source as the target, with the state needs-translation; when it comes back, believe the words and
#   not the state: what is its source is not translated.
set -eu
command -v omegat >/dev/null || exit 2
dpkg-query -W -f '${Package} ${Version}\n' omegat 2>/dev/null || true
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
mkdir -p p/source p/target p/tm p/glossary p/dictionary p/omegat

cat > p/omegat.project <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<omegat><project version="1.0"><source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir>
<tm_dir>__DEFAULT__</tm_dir><glossary_dir>__DEFAULT__</glossary_dir><glossary_file>__DEFAULT__</glossary_file>
<dictionary_dir>__DEFAULT__</dictionary_dir><source_lang>ZH</source_lang><target_lang>EN</target_lang>
<sentence_seg>false</sentence_seg><support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags></project></omegat>
END
cat > p/omegat/project_save.tmx <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.1"><header creationtool="OmegaT" o-tmf="OmegaT TMX" adminlang="EN-US" datatype="plaintext"
creationtoolversion="3.6" segtype="paragraph" srclang="ZH"/><body>
<tu><tuv lang="ZH"><seg>没有了。</seg></tuv><tuv lang="EN"><seg>Gone.</seg></tuv></tu>
</body></tmx>
END
cat > p/source/a.xlf <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">
<file original="a" source-language="zh" target-language="en" datatype="plaintext"><body>
<trans-unit id="1"><source>没有了。</source></trans-unit>
<trans-unit id="2"><source>没有了。</source><target/></trans-unit>
<trans-unit id="3"><source>没有了。</source><target state="needs-translation">没有了。</target></trans-unit>
</body></file></xliff>
END
HOME=$folder omegat "$folder/p" --mode=console-translate --config-dir="$folder/c" >log 2>&1 || { tail -3 log; exit 2; }
grep trans-unit p/target/a.xlf
found=$(grep -c 'Gone\.' p/target/a.xlf || true)
if [ "$found" != 1 ] || ! grep -q '"needs-translation">Gone\.</target>' p/target/a.xlf; then
  echo "changed: $found of 3 units are translated, or the state is another"
  exit 1
fi
