"""A made-up list of people for tests and the demo: 513 pupils of schools that do not exist, as a table (CSV).

Names are drawn from common syllables by a fixed rule; any likeness is chance. The columns are those of
``tamizdat people import`` (``docs/spec/people.md``).
"""

import csv
import io
import random
from typing import Final

COUNT: Final = 513
FAMILIES: Final = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN: Final = (
    "雨晨浩欣怡子涵梓轩佳明静芳丽娟强磊军洋勇艳杰涛超霞平刚桂英玉兰秀珍建国小红小燕文博思远晓东春梅秋月冬雪天佑"
)
TIBETAN: Final = (
    ("བཀྲ་ཤིས།", "Tashi"),
    ("སྒྲོལ་མ།", "Dolma"),
    ("ཉི་མ།", "Nyima"),
    ("པད་མ།", "Pema"),
    ("དོན་གྲུབ།", "Dondrup"),
    ("མཚོ་མོ།", "Tsomo"),
)
SCHOOLS: Final = (
    ("云溪镇中心小学", "云溪镇"),
    ("云溪中学", "云溪镇"),
    ("白石沟小学", "白石沟"),
    ("柳坪镇第二小学", "柳坪镇"),
    ("南桥幼儿园", "南桥"),
)


def table(count: int = COUNT, seed: int = 2008) -> str:
    """Return the list as CSV text, the same for the same *count* and *seed*.

    Every fifth entry was confirmed, every other one checked.
    """
    draw = random.Random(seed)  # noqa: S311 -- made-up names need no secrecy
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", "language", "name:en", "age", "place", "school", "state", "release"])
    for row in range(count):
        school, place = draw.choice(SCHOOLS)
        if row % 40 == 17:
            (name, latin), language = draw.choice(TIBETAN), "bo"
        else:
            given = draw.sample(GIVEN, 2 if draw.random() < 0.7 else 1)
            name, latin, language = draw.choice(FAMILIES) + "".join(given), "", "zh-Hans"
        age = draw.randint(4, 6) if school.endswith("幼儿园") else draw.randint(7, 16)
        state = "confirmed" if row % 5 == 0 else "checked" if row % 2 else "reported"
        writer.writerow([name, language, latin, age, place, school, state, "public"])
    return out.getvalue()
