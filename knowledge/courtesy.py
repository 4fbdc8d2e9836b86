"""What people say to a bot, as to anybody, out of courtesy: it tells nothing of any customer.

Most of these words are also said of customers (总是谢谢您), where a model learns what they tell; alone they would be
taken for that.
"""

import re

LONGEST = 40  # characters; nobody is polite for longer
_COURTESY = re.compile(
    # Possessive: each word has one way to be read, the longer ones first, and no text takes long to refuse.
    r"(?:多谢|谢谢|感谢|谢|感恩|辛苦|麻烦|有劳|劳驾|费心|拜托|不好意思|抱歉|对不起|打扰|没事|没关系|不客气|别客气|应该的"
    r"|你好|您好|大家好|哈[喽啰]|嗨|早上好|早安|早|上午好|中午好|下午好|晚上好|晚安|在[吗么]|在不在|有人吗|吃了[吗没]"
    r"|再见|拜拜|回见|明天见|回头见|好嘞|好吧|好的|好|行吧|行|可以|收到|知道|明白|懂|嗯|哦|噢|[哈呵嘿嘻]{2,}"
    r"|预?祝|提前|新年|春节|元旦|中秋|国庆|五一|端午|节日|周末|生日|快乐|愉快|恭喜发财|恭喜"
    r"|太|真的|真|非常|十分|先|那|你们?|您|大家|知客|了|啦|哈|呀|啊|喔|晒|噻|嘛|呢|的|吗|\W)++"
)


def is_courtesy(text: str) -> bool:
    """Whether a comparable text is nothing else."""
    return len(text) <= LONGEST and _COURTESY.fullmatch(text) is not None
