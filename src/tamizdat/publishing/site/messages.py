"""What the site itself says, in each language of its interface. Editors' words are never here.

A key without one of its languages cannot be written down: each is a pair. ``{…}`` is filled in by the template.
Longer prose (the page "About") is in a template of its own for each language.
"""

from functools import cache
from typing import Final

from tamizdat.publishing.site.l10n import ENDONYMS, LANGUAGES, TAGS, Message
from tamizdat.publishing.site.post_messages import WORDS_OF_POSTS

__all__ = ["ENDONYMS", "LANGUAGES", "TAGS", "Message", "words"]

_WORDS: Final = {
    "skip": Message("Skip to the content", "跳到正文"),
    "about": Message("About", "说明"),
    "check": Message("Check a file", "核验文件"),
    "language": Message("Language", "语言"),
    "navigation": Message("Site", "本站"),
    "lede": Message(
        "Words and pictures made under threat, carried out, translated, and shown with what can be proved of them.",
        "在威胁之下写下、拍下的，带了出来，译成别的语言，连同可以证明的一切，在此公开。",
    ),
    "edition": Message("Edition {number}", "第 {number} 版"),
    "picture": Message("Picture", "图片"),
    "clip": Message("Clip", "影片"),
    "number": Message("No. {number}", "编号 {number}"),
    "one_item": Message("1 picture or clip", "1 件影像"),
    "many_items": Message("{count} pictures and clips", "{count} 件影像"),
    "empty": Message("Nothing has been published yet.", "尚未发表任何内容。"),
    "withdrawn": Message("Withdrawn", "已撤回"),
    "withdrawn_on": Message("Withdrawn on {day}", "{day} 撤回"),
    "withdrawn_lede": Message(
        "This item was published here and has been withdrawn. Its number is not given to anything else.",
        "此件曾在此发表，现已撤回。其编号不再用于其他内容。",
    ),
    "reason": Message("Reason", "原因"),
    "no_reason": Message("The desk gave no reason.", "编辑部未说明原因。"),
    "copies": Message(
        "Copies made before that day are out of our reach. Please do not pass them on.",
        "此前已被复制的副本不在我们的掌控之内，请勿继续传播。",
    ),
    "published_on": Message("Published", "发表"),
    "kind": Message("Kind", "类别"),
    "made_how": Message("How it was made", "制作方式"),
    "how_picture": Message(
        "Re-encoded from its pixels, without any metadata; upright, sRGB, at most 1920 px.",
        "由像素重新编码，不含任何元数据；已转正，sRGB，最长边不超过 1920 像素。",
    ),
    "how_clip": Message(
        "Re-encoded from picture and sound, without any metadata; upright, at most 1920 px and 60 frames a second.",
        "由画面与声音重新编码，不含任何元数据；已转正，最长边不超过 1920 像素，每秒最多 60 帧。",
    ),
    "no_video": Message("Your browser does not play this clip. Download it:", "您的浏览器无法播放此影片，请下载："),
    "previous": Message("Before", "上一件"),
    "next": Message("After", "下一件"),
    "proof": Message("What is proved, and what is vouched for", "哪些已获证明，哪些由编辑部担保"),
    "proof_lede": Message(
        "“Proved” means that anyone can compute it anew from the files beside this page, trusting none of us. "
        "“Vouched for by the desk” means that you take our word.",
        "“已证明”：任何人都可用本页旁的文件重新计算，无须信任我们。“编辑部担保”：您只能相信我们所说。",
    ),
    "proved": Message("proved", "已证明"),
    "vouched": Message("vouched for by the desk", "编辑部担保"),
    "compare": Message("for you to compare", "请您自行比对"),
    "open": Message("not yet", "尚无"),
    "link_media": Message("These are the files that were published", "这正是所发表的文件"),
    "link_media_says": Message(
        "Byte for byte: the desk’s signed statement names each of them by its SHA-256.",
        "逐字节一致：编辑部签名的声明以 SHA-256 指名每个文件。",
    ),
    "link_desk": Message("The desk signed the statement", "声明由编辑部签名"),
    "link_desk_says": Message(
        "With an Ed25519 key that the roster lists for this part of the ledger.",
        "所用 Ed25519 密钥列于名册，且对账本的这一段有效。",
    ),
    "link_ledger": Message("Unaltered since it entered the ledger", "自载入账本以来未被改动"),
    "link_ledger_says": Message(
        "It is entry {index} of an append-only ledger whose checkpoint is signed. Nobody, the desk included, can "
        "change or backdate it without being found out.",
        "它是只增账本中的第 {index} 条，账本的检查点已签名。任何人（包括编辑部）改动或倒填日期都会被发现。",
    ),
    "link_edition": Message("Part of a numbered edition", "属于有编号的一版"),
    "link_edition_says": Message(
        "The edition names every item and file of this site. That newer editions exist, no copy can know.",
        "每一版都指名本站的全部藏品与文件。但任何副本都无法知道是否已有更新的版本。",
    ),
    "link_source": Message("Made from the original", "由原件制成"),
    "link_source_says": Message(
        "The original came in as entry {index} and is withheld: it would tell who filmed, where, and with what. "
        "Its commitment fixes it; opening it, one day, would prove this link.",
        "原件载入为第 {index} 条，不予公开，因其会暴露何人、何地、用何器材拍摄。"
        "其承诺值已将它固定；他日公开原件，即可证明此环。",
    ),
    "link_roster": Message("Whose keys these are", "这些密钥属于谁"),
    "link_roster_says": Message(
        "All of the above hangs from one root. Compare its fingerprint with one you were given another way.",
        "以上一切都系于同一个根。请与您从其他途径得到的指纹比对。",
    ),
    "link_witness": Message("Existed before", "此前已存在"),
    "link_witness_says": Message(
        "No outside witness has signed the ledger yet, and no authority has stamped it: dates are the desk’s word.",
        "尚无外部见证人签署账本，也无机构为其盖时间戳：日期仅为编辑部所言。",
    ),
    "without_script": Message(
        "Without scripts this page cannot check itself. Everything is here, and the ways below need no script.",
        "未启用脚本，本页无法自行核验。但内容俱全，以下方法无须脚本。",
    ),
    "yourself": Message("Check it yourself", "自行核验"),
    "with_tamizdat": Message("With tamizdat, from a copy of this site’s folder", "用 tamizdat 核验本站文件夹的副本"),
    "with_stock": Message("With stock tools, in this item’s folder", "用常见工具，在此件的文件夹中"),
    "stock_media": Message("The files are those that the statement names", "文件与声明所列一致"),
    "stock_signature": Message("The desk’s key signed the statement", "声明由编辑部密钥签名"),
    "stock_commitment": Message(
        "Salt and statement give the ledger’s entry (the same line is in ledger/tile/entries)",
        "盐与声明得出账本条目（与 ledger/tile/entries 中相同）",
    ),
    "statement": Message("Signed statement", "签名声明"),
    "tlog_proof": Message("Proof of inclusion", "载入证明"),
    "roster_file": Message("Roster", "名册"),
    "edition_file": Message("Signed edition", "签名版本"),
    "files_list": Message("All files of this edition", "本版全部文件"),
    "fingerprint": Message("Fingerprint of the root", "根的指纹"),
    "check_lede": Message(
        "Choose a file you were sent, or this site’s whole folder. It is read in your browser and goes nowhere else.",
        "请选择您收到的文件，或本站的整个文件夹。文件只在您的浏览器中读取，不会传往任何地方。",
    ),
    "check_file": Message("A file", "一个文件"),
    "check_file_says": Message(
        "Is it, byte for byte, one that this edition published?", "它是否与本版所发表的某个文件逐字节一致？"
    ),
    "check_folder": Message("The whole folder", "整个文件夹"),
    "check_folder_says": Message(
        "Is this copy of the site complete and unaltered? Choose the folder that holds index.html.",
        "这份副本是否完整且未被改动？请选择含有 index.html 的文件夹。",
    ),
    "check_without": Message(
        "This page needs scripts to check for you. Without them, in the site’s folder:",
        "本页需要脚本才能为您核验。若不启用，请在本站文件夹中运行：",
    ),
    "check_not_found": Message(
        "A file that is not found here is not thereby false: platforms re-encode what is sent through them, and one "
        "changed byte is another file.",
        "在此找不到的文件未必是假的：各平台会重新编码所传内容，改动一个字节便是另一个文件。",
    ),
    "offline": Message(
        "This site is a folder. Copy it; it works from a disk.",
        "本站就是一个文件夹。可复制，可从磁盘直接打开。",
    ),
    **WORDS_OF_POSTS,
}  # fmt: skip


@cache
def words(language: str) -> dict[str, str]:
    """Everything the site says in *language*."""
    return {key: getattr(said, language) for key, said in _WORDS.items()}
