"""What the site says about posts, people, and what became of them; the other half is in ``words``."""

from typing import Final

from tamizdat.publishing.site.l10n import Message

WORDS_OF_POSTS: Final = {
    "days": Message("Days", "日历"),
    "names": Message("Names", "名字"),
    "pictures": Message("Pictures and clips", "图片与影片"),
    "subjects": Message("Subjects", "主题"),
    "removed": Message("What was removed", "被删除的"),
    "search": Message("Search", "搜索"),
    "contributors": Message("Contributors", "译者与审校"),
    "corrections": Message("Corrections and withdrawals", "更正与撤回"),
    "feeds": Message("Feeds", "订阅"),
    "voices": Message("Voices", "声音"),
    "all_voices": Message("All voices", "全部声音"),
    "pages": Message("Pages", "分页"),
    "comma": Message(", ", "，"),
    "no_time": Message("Without a date", "无日期"),
    "deleted_after": Message("Deleted after {time}", "存在 {time} 后被删除"),
    "deleted": Message("Deleted", "已删除"),
    "edited": Message("Edited", "曾被修改"),
    "earlier": Message("What it said before", "修改之前"),
    "stood_so": Message("Seen so until", "此文字最后见于"),
    "gone": Message("Removed", "删除"),
    "gone_export": Message("so the account’s own export says", "据该账号自己的导出档案"),
    "gone_http": Message("its own address answered that it is gone", "其网址答复：已不存在"),
    "original": Message("original", "原文"),
    "original_alone": Message("Original", "原文"),
    "notes": Message("Translator’s notes", "译注"),
    "translated_by": Message("Translated by ", "翻译："),
    "translated": Message("Translated by someone who is not named", "译者未具名"),
    "reviewed_by": Message("reviewed by ", "审校："),
    "reviewed": Message("reviewed by another", "由另一人审校"),
    "picture_of_post": Message("A picture that was posted with these words", "随此文发布的图片"),
    "thread": Message("Thread", "串"),
    "whole_thread": Message("The whole thread", "整串"),
    "thread_of": Message("Thread of {count}", "共 {count} 条的一串"),
    "address": Message("Where it was written", "原址"),
    "one_post": Message("1 post", "1 条"),
    "many_posts": Message("{count} posts", "{count} 条"),
    "one_name": Message("1 name", "1 个名字"),
    "many_names": Message("{count} names", "{count} 个名字"),
    "latest": Message("Latest words", "最近的话"),
    "all_days": Message("All days", "全部日期"),
    "all_items": Message("All pictures and clips", "全部图片与影片"),
    "all_removed": Message("Everything that was removed", "全部被删除的"),
    "days_lede": Message(
        "Every day on which something was written. The stronger its colour, the more was said.",
        "写下过什么的每一天。颜色越浓，说得越多。",
    ),
    "subjects_lede": Message("What the desk filed these words under.", "编辑部为这些文字所归的类。"),
    "pictures_lede": Message(
        "Made anew from pixels and sound. What the camera wrote beside them is not in them.",
        "由像素与声音重新制成。相机另行写下的信息不在其中。",
    ),
    "removed_lede": Message(
        "Posts that stood and are gone: deleted by whoever wrote them, by the platform, or by someone with power over "
        "either. Here they stay. Who removed them, no platform says.",
        "曾经存在而今不在的文字：由作者、由平台、或由有权支使二者的人删除。它们留在这里。是谁删的，没有平台会说。",
    ),
    "contributors_lede": Message(
        "Everything here was translated by one person and reviewed by another. Named are those who wished to be.",
        "这里的每一篇译文都由一人翻译、另一人审校。只列出愿意具名的人。",
    ),
    "nobody_named": Message("Nobody has chosen to be named.", "尚无人选择具名。"),
    "name": Message("Name", "名字"),
    "languages": Message("Languages", "语言"),
    "did_translate": Message("Translated", "翻译"),
    "did_review": Message("Reviewed", "审校"),
    "corrections_lede": Message(
        "What was put right, and what was taken back. Nothing is changed here without a word about it.",
        "订正了什么，收回了什么。这里没有悄悄的改动。",
    ),
    "corrected": Message("Corrected", "已更正"),
    "corrected_text": Message("the text", "原文"),
    "corrected_translation": Message("the translation into {language}", "{language}译文"),
    "corrected_words": Message("what the desk says of it", "编辑部的说明"),
    "none_so_far": Message("None so far.", "目前没有。"),
    # people
    "age": Message("Age", "年龄"),
    "school": Message("School or work", "学校或单位"),
    "place": Message("Place", "地点"),
    "state": Message("State of checking", "核实状况"),
    "reported": Message("Reported", "有人报告"),
    "reported_says": Message("Somebody gave this name to the desk.", "有人向编辑部提供了这个名字。"),
    "checked": Message("Checked", "已查对"),
    "checked_says": Message("The desk found a second source for it.", "编辑部找到了第二个来源。"),
    "confirmed": Message("Confirmed", "已确认"),
    "confirmed_says": Message("The family or a document confirmed it.", "由家人或文件确认。"),
    "note": Message("Note", "备注"),
    "sources": Message("Sources here", "本站来源"),
    "no_school": Message("No school or work known", "学校或单位不详"),
    "wall_lede": Message(
        "{count} people. Each tile is one of them, and opens to what is known.",
        "{count} 人。每一格是一个人，点开可见所知的一切。",
    ),
    "wall_says": Message("From afar the tiles spell the sentence above.", "远看，这些格子拼成上面的句子。"),
    "wall_alt": Message("Tiles, one for each person, that spell: {sentence}", "一人一格，拼成：{sentence}"),
    "wall_alt_plain": Message("Tiles, one for each person", "一人一格"),
    "skip_wall": Message("Past the wall", "跳过名字墙"),
    "plain_list": Message("The names as a list", "名单"),
    "list_lede": Message("{count} names, by school or place of work.", "{count} 个名字，按学校或单位。"),
    "search_a_name": Message("Search for a name", "搜索名字"),
    "back_to_wall": Message("To the wall of names", "回到名字墙"),
    "to_wall": Message("{count} names, each a tile", "{count} 个名字，一人一格"),
    # search
    "search_label": Message("Words, names, the beginning of a word", "词语、名字，或单词的开头"),
    "search_says": Message(
        "Simplified and traditional characters find each other. Your words stay in this browser.",
        "简体与繁体可互相找到。您输入的内容只留在此浏览器中。",
    ),
    "search_more": Message("More", "更多"),
    "search_without": Message(
        "Searching needs scripts, which are off in this browser. These lists need none:",
        "搜索需要脚本，而此浏览器未启用。以下列表无须脚本：",
    ),
    # proof
    "link_bytes": Message("As the platform gave it out", "与平台给出的一致"),
    "link_bytes_shown": Message(
        "The bytes that were captured are published with this page, and their SHA-256 is in the statement that was "
        "made when they came in.",
        "所取得的字节随本页公开，其 SHA-256 载于收到时所作的声明。",
    ),
    "link_bytes_withheld": Message(
        "The bytes that were captured are withheld: they may tell how they were got. Their commitment fixes them; "
        "opening it, one day, would prove this link.",
        "所取得的字节不予公开：它们可能暴露来路。其承诺值已将它固定；他日公开，即可证明此环。",
    ),
    "link_bytes_entry": Message("It is entry {index} of the ledger.", "它是账本中的第 {index} 条。"),
    "link_text": Message("These are the words in those bytes", "文字取自这些字节"),
    "link_text_read": Message(
        "Anyone can read the text out of the published bytes, character for character.",
        "任何人都可从所公开的字节中逐字读出此文。",
    ),
    "link_text_vouched": Message(
        "The desk’s program read the text out of the captured bytes.", "由编辑部的程序从所取得的字节中读出。"
    ),
    "link_earlier": Message("It said something else before", "此前文字不同"),
    "link_earlier_says": Message(
        "The desk captured it at different times. Each capture is an entry of the ledger and withheld.",
        "编辑部先后多次取得。每次取得都是账本中的一条，不予公开。",
    ),
    "link_gone": Message("It was removed", "已被删除"),
    "link_gone_says": Message(
        "The platform’s own word reached the desk, and is an entry of the ledger. An absence alone counts for nothing.",
        "平台自己的答复到达编辑部，载入账本。仅仅“找不到”不算数。",
    ),
    "link_translation": Message("Translated from this text:", "译自此文："),
    "link_translation_says": Message(
        "One account proposed these words for exactly this text; its statement is opened here.",
        "某一账号就此文提出了这些译文；其声明在此公开。",
    ),
    "link_review": Message("Reviewed by another person:", "由另一人审校："),
    "link_review_says": Message(
        "The statements of whoever reviewed it are opened and name exactly this translation. That two accounts are two "
        "people is the desk’s word.",
        "审校者的声明在此公开，所指正是此译文。两个账号是两个人，由编辑部担保。",
    ),
    "link_shown": Message("This page shows the signed words", "本页所示即所签名的文字"),
    "link_shown_says": Message(
        "Text and translations are, character for character, those of the desk’s signed statement.",
        "原文与译文同编辑部所签名的声明逐字一致。",
    ),
    "how_pictures": Message(
        "They were made anew from the pixels of the posted ones, without any metadata.",
        "它们由所发布图片的像素重新制成，不含任何元数据。",
    ),
    "link_person": Message("From the sources that the desk names", "出自编辑部所列的来源"),
    "link_person_says": Message(
        "Who somebody was, and that the sources speak of this person, is the desk’s word.",
        "此人是谁、来源所说是否此人，由编辑部担保。",
    ),
    "link_record": Message("This is the entry that was signed", "这正是所签名的条目"),
    "link_record_says": Message(
        "The signed statement holds this entry and its SHA-256; no word of it was changed since.",
        "签名的声明载有此条目及其 SHA-256，自此一字未改。",
    ),
    "openings": Message("Opened statements", "公开的声明"),
    "stock_text": Message("The text, and the digest that the statement gives it", "原文，及声明所载的摘要"),
    "stock_record": Message("The entry as it was signed", "所签名的条目"),
}  # fmt: skip
