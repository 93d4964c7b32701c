"""What the made-up voice of :mod:`tamizdat.demo.sample_feed` says, in other languages: sentence by sentence.

Written for tests and the demo, by the same hand as the posts. ``TARGETS`` has English and Arabic of every sentence and
Tibetan of one post; ``NOTES`` are translator's notes, by post and language.
"""

from typing import Final

TARGETS: Final[dict[str, dict[str, str]]] = {
    "云溪镇地震十二年。": {
        "en": "Twelve years since the earthquake in Yunxi.",
        "ar": "اثنا عشر عامًا على زلزال يونشي.",
    },
    "学校的操场现在是停车场。": {
        "en": "The school playground is a car park now.",
        "ar": "ساحة المدرسة صارت اليوم موقفًا للسيارات.",
    },
    "一、我们从没有要过赔偿，我们要的是名单。": {
        "en": "One. We never asked for compensation. What we ask for is the list.",
        "ar": "أولًا: لم نطلب تعويضًا قط، ما نطلبه هو القائمة.",
    },
    "二、遇难学生的名字，到今天官方没有公布过一个。": {
        "en": "Two. Of the names of the students who died, the authorities have to this day not published one.",
        "ar": "ثانيًا: أسماء الطلاب الذين ماتوا، لم تنشر السلطات منها حتى اليوم اسمًا واحدًا.",
    },
    "三、所以我们自己数，自己写，自己念。": {
        "en": "Three. So we count them ourselves, write them ourselves, read them aloud ourselves.",
        "ar": "ثالثًا: لذلك نعدّها بأنفسنا، ونكتبها بأنفسنا، ونقرؤها بصوت عالٍ بأنفسنا.",
    },
    "#念名字": {"en": "#ReadTheNames", "ar": "#اقرأوا_الأسماء"},
    "没有回音。": {"en": "No answer.", "ar": "لا جواب."},
    "信退回了": {"en": "The letter came back", "ar": "عادت الرسالة"},
    "请公布名单": {"en": "Please publish the list", "ar": "نرجو نشر القائمة"},
    "转！": {"en": "Pass it on!", "ar": "انشروا!"},
    "我也收到了": {"en": "I got one too", "ar": "وصلتني أنا أيضًا"},
    "又退回一封": {"en": "Another one came back", "ar": "عادت رسالة أخرى"},
    "今天去了三户人家，警察在楼下等我们。": {
        "en": "Went to see three families today. The police were waiting for us downstairs.",
        "ar": "زرنا اليوم ثلاث عائلات، وكانت الشرطة تنتظرنا أسفل المبنى.",
    },
    "手机被收走两个小时，还回来的时候照片少了十一张。": {
        "en": "They took my phone for two hours. When it came back, eleven photos were missing.",
        "ar": "أخذوا هاتفي ساعتين، وحين أعادوه كانت إحدى عشرة صورة قد اختفت.",
    },
    "我把名单又抄了一遍。": {"en": "I copied out the list once more.", "ar": "نسخت القائمة مرة أخرى."},
    "抄的时候才发现，有三个孩子的名字写错了一个字，这个错字在墓碑上，在学校的表格上，在报纸上，一模一样地错着。": {
        "en": "Only while copying did I see that three children's names have one character wrong, and the wrong "
        "character stands on the gravestone, on the school's form, in the newspaper, each time wrong in the same way.",
        "ar": "وأنا أنسخ فقط انتبهت إلى أن في أسماء ثلاثة أطفال حرفًا خاطئًا، والخطأ نفسه على شاهدة القبر وفي استمارة "
        "المدرسة وفي الجريدة.",
    },
    "他们的父母去改过，窗口说要证明孩子是孩子自己。": {
        "en": "Their parents went to have it put right. The clerk said they must prove that the child was the child.",
        "ar": "ذهب أهلهم لتصحيحه، فقال لهم الموظف: أثبتوا أن الطفل هو الطفل.",
    },
    "我们于是挨家挨户去问：是哪一个字？": {
        "en": "So we went from door to door and asked: which character is it?",
        "ar": "فذهبنا من باب إلى باب نسأل: أي حرف هو؟",
    },
    "怎么写？": {"en": "How is it written?", "ar": "كيف يُكتب؟"},
    "谁起的？": {"en": "Who chose the name?", "ar": "من اختار الاسم؟"},
    "一位母亲拿出作业本，扉页上是孩子自己写的名字，笔画很重，像怕人认不出来。": {
        "en": "A mother brought out an exercise book. On the first page the child had written the name, the strokes "
        "heavy, as if afraid that nobody would know it.",
        "ar": "أخرجت أم دفترًا، على صفحته الأولى الاسم بخط الطفل نفسه، ثقيلًا، كأنه يخاف ألا يعرفه أحد.",
    },
    "我拍了照，把那个字放在名单的第一行。": {
        "en": "I took a photo, and put that character on the first line of the list.",
        "ar": "صوّرته، ووضعت ذلك الحرف في السطر الأول من القائمة.",
    },
    "名单不是数字。": {"en": "A list is not a number.", "ar": "القائمة ليست رقمًا."},
    "名单是有人在等的一个一个的字。": {
        "en": "A list is character after character that somebody is waiting for.",
        "ar": "القائمة حروف، حرفًا بعد حرف، وهناك من ينتظر كل واحد منها.",
    },
    "课桌。": {"en": "A desk.", "ar": "طاولة مدرسية.", "bo": "སློབ་ཁང་གི་ལྕོག་ཙེ།"},
    "第三排靠窗。": {
        "en": "Third row, by the window.",
        "ar": "الصف الثالث، بجانب النافذة.",
        "bo": "གྲལ་གསུམ་པ། སྒེའུ་ཁུང་གི་འགྲམ།",
    },
    "名单现在有 512 人。": {"en": "There are now 512 people on the list.", "ar": "في القائمة الآن 512 شخصًا."},
    "“据统计，伤亡情况已全部核实。”": {
        "en": "“According to statistics, all casualties have been verified.”",
        "ar": "«وفقًا للإحصاءات، جرى التحقق من جميع الإصابات والوفيات.»",
    },
    "谁核实的？": {"en": "Verified by whom?", "ar": "من الذي تحقق؟"},
    "向谁？": {"en": "And told to whom?", "ar": "ولمن قيل ذلك؟"},
    "更正：名单现在有 513 人。": {
        "en": "Correction: there are now 513 people on the list.",
        "ar": "تصحيح: في القائمة الآن 513 شخصًا.",
    },
}

NOTES: Final[dict[tuple[int, str], tuple[str, ...]]] = {
    (9004, "en"): ("念 (niàn) is both “to read aloud” and “to have in one's thoughts”.",),
    (9009, "en"): ("The “window” (窗口) is the counter of a public office, and whoever sits behind it.",),
}
