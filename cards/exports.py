"""The words of an export."""

from cards.card import Card, Lines


def writing(done: int, total: int) -> Card:
    """It is being written."""
    return Card(Lines().add("⏳ 正在导出…{}", f" {done} / {total} 位" if done else "").text())


def written(count: int, *, everybodys: bool, people: int) -> Card:
    """It is there."""
    whose = "全部团队的" if everybodys else f"你和团队一共 {people} 个人的" if people > 1 else "你的"
    lines = Lines().add("📤 导出好了：{} {} 位客户。", whose, count)
    lines.add("<i>来往、提醒、投诉、人脉、测试、判断各有一张表，最后一张是图。改过的“客户”表可以直接发回来导入。</i>")
    lines.add("<i>里面有客户的电话，别随手转给外人。</i>")
    return Card(lines.text())


def too_large() -> str:
    """More than Telegram takes from a bot."""
    return "导出的文件太大，Telegram 发不了。请管理员在服务器上用 zhike export 导。"


def file_name(day: str) -> str:
    """What the file is called."""
    return f"客户_{day}.xlsx"
