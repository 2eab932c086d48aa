"""Archives with much text in two languages, as language models and developers write it.

The texts are made by dice that always fall alike.  How often words occur, how
names are built, and how long everything is, is like what three inference
engines and a model wrote about them in half a year.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SLUGS = ("acme/engine", "acme/router", "globex/kv-cache")
FIRST = dt.date(2024, 1, 1)
LEVELS = ("high", "medium", "low")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PARTS = _words(
    """
    kv cache router push worker engine model token block hash prefill decode batch scheduler
    config metric trace event queue stream client server backend frontend runtime planner
    memory pool buffer tensor layer attention expert kernel graph adapter lora weight shard
    rank device host transfer connector handler registry watcher endpoint request response
    session timeout retry error health probe policy quota limit index tree page slot prefix
    sequence sampling logits embed vision audio image video speculative draft quant fp8 int4
    """
)
_EXTENSIONS = (".py", ".rs", ".go", ".cu", ".md", ".yaml", ".toml", ".sh")
_VERBS = _words(
    """
    add fix remove rename support refactor improve avoid allow use handle update
    """
)
_NAMES = ("Ada Lovelace", "Yan Ru Pei", "王小明", "Zoë Faßbender", "dependabot[bot]", "J. Müller")
_WORDS = _words(
    """
    缓存 路由 连接 内存 显存 调度 请求 响应 模型 推理 性能 延迟 吞吐 并发
    队列 线程 进程 接口 参数 配置 日志 测试 文档 依赖 版本 升级 兼容 错误
    异常 重试 超时 监控 指标 负载 均衡 泄漏 解耦 架构 模块 组件 逻辑 代码
    函数 变量 类型 默认 环境 命令 选项 文件 路径 目录 数据 结构 索引 哈希
    前缀 批次 采样 量化 权重 分片 节点 集群 部署 容器 镜像 网络 协议 安全
    权限 校验 输入 输出 维护 可读 稳定 资源 竞争 同步
    """
)
_GLUE = _words(
    """
    的 在 与 对 将 会 可 需 为 和 并 或 从 由 被
    """
)
_PHRASES = ("负载均衡", "内存泄漏", "缓存命中率下降", "解耦", "键值缓存的前缀路由")
_KNOWN = ("KvRouter", "kv_router", "--router-mode", "DYN_SYSTEM_PORT", "KvPushRouter")
_LATIN = _words(
    """
    the change makes requests faster when many workers share one pool and keeps the old
    behaviour otherwise it was seen in production after the upgrade of the driver
    """
)


@dataclass(frozen=True)
class Text:
    """What is known of one commit."""

    slug: str
    date: dt.date
    sha: str
    subject: str
    author: str
    level: str
    number: int
    """Of its pull request."""
    said: tuple[str, ...]
    body: str
    paths: tuple[str, ...]


def shown(text: Text) -> str:
    """What is plainly to be found of a commit."""
    parts = (text.sha[:7], f"#{text.number}", text.author, *text.said, text.body, *text.paths)
    return "\n".join((text.subject, *parts)).lower()


def bilingual(count: int, *, a_day: int = 90, seed: int = 20260213) -> Iterator[Text]:
    """So many commits, oldest day first."""
    dice = random.Random(seed)  # noqa: S311 - to be the same each time
    paths = [_path(dice) for _ in range(max(40, count // 12))]
    for number in range(count):
        level = dice.choices(LEVELS, (2, 3, 5))[0]
        name = _identifier(dice)
        yield Text(
            slug=SLUGS[number % len(SLUGS)],
            date=FIRST + dt.timedelta(days=number // a_day),
            sha=hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:40],
            subject=f"{dice.choice(('feat', 'fix', 'chore'))}({dice.choice(_PARTS)}): "
            f"{dice.choice(_VERBS)} {name} {dice.choice(_PARTS)} (#{1000 + number})",
            author=dice.choice(_NAMES),
            level=level,
            number=1000 + number,
            said=tuple(_chinese(dice) for _ in range({"high": 14, "medium": 7, "low": 2}[level])),
            body=" ".join(dice.choices(_LATIN, k=dice.randrange(60))),
            paths=tuple(dice.choices(paths, k=dice.randint(1, 9))),
        )


def write_archive(folder: Path, texts: Iterable[Text]) -> int:
    """Write texts as days of an archive, and say how many there are.

    The files are written as they are, because records of 100,000 entries take long to check.
    """
    days: dict[tuple[str, dt.date], list[Text]] = {}
    for text in texts:
        days.setdefault((text.slug, text.date), []).append(text)
    for (slug, date), found in days.items():
        day = {
            "schema_version": 1,
            "repository": slug,
            "date": date.isoformat(),
            "zone": "UTC",
            "complete": True,
            "head": found[0].sha,
            "entries": [_entry(text) for text in found],
        }
        path = folder / slug / f"{date.year:04}" / f"{date.isoformat()}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(day, ensure_ascii=False), "utf-8")
    return sum(map(len, days.values()))


def _entry(text: Text) -> dict[str, Any]:
    moment = f"{text.date.isoformat()}T12:00:00+00:00"
    read = len(text.paths)
    return {
        "commit": {
            "sha": text.sha,
            "parents": ["0" * 40],
            "author": {"name": text.author},
            "authored_at": moment,
            "committed_at": moment,
            "subject": text.subject,
            "body": text.body,
            "changes": [
                {"path": path, "status": "M", "insertions": 1, "deletions": 1}
                for path in dict.fromkeys(text.paths)
            ],
        },
        "facts": {"kind": "feature", "references": {"pull_request": text.number}},
        "analysis": {
            "importance": {"level": text.level, "score": 0.5},
            "change_type": "feature",
            "summary": [{"text": said, "language": "zh"} for said in text.said],
            "provenance": {
                "analyst": "model",
                "version": "1",
                "coverage": {"files": read, "files_read": read, "lines": read, "lines_read": read},
            },
        },
    }


def _identifier(dice: random.Random) -> str:
    parts = dice.choices(_PARTS, k=dice.randint(2, 3))
    return dice.choice(
        (
            "".join(part.title() for part in parts),
            "_".join(parts),
            "--" + "-".join(parts),
            "_".join(["DYN", *parts]).upper(),
            parts[0] + "".join(part.title() for part in parts[1:]),
        )
    )


def _path(dice: random.Random) -> str:
    folders = "/".join(dice.choices(_PARTS, k=dice.randint(1, 4)))
    name = "_".join(dice.choices(_PARTS, k=dice.randint(1, 2)))
    return f"lib/{folders}/{name}{dice.choice(_EXTENSIONS)}"


def _chinese(dice: random.Random) -> str:
    """A sentence with a name or two of the code in it."""
    said = []
    for _ in range(dice.randint(6, 22)):
        kind = dice.random()
        if kind < 0.05:
            said.append(f" `{dice.choice(_KNOWN) if dice.random() < 0.1 else _identifier(dice)}` ")
        elif kind < 0.06:
            said.append(dice.choice(_PHRASES))
        elif kind < 0.25:
            said.append(dice.choice(_GLUE))
        elif kind < 0.3:
            said.append("，")
        else:
            # Few words are frequent and most are rare, as in every language.
            said.append(_WORDS[int(len(_WORDS) * dice.random() ** 2)])
    return "".join(said).strip() + "。"
