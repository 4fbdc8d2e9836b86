"""Everything that the knowledge files say, as of one reading of them.

An edition never changes: whoever reads the files again makes a new one, and a conversation that is being answered stays
with the edition that it began with. Parts are read when they are first asked for; `faults` reads all of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from knowledge.cadence import Cadence, load_cadence
from knowledge.complaints import Handling, load_handling
from knowledge.errors import Faults
from knowledge.festivals import load_festivals
from knowledge.filters import Vocabulary
from knowledge.finding import Library
from knowledge.kinds import load_kinds
from knowledge.methods import Methods, load_methods
from knowledge.playbooks import load_playbooks
from knowledge.practice import Exercises
from knowledge.scenes import Conflict, Scene, load_conflicts, load_scenes, strangers
from knowledge.suggestions import ListFile, load_suggestions, not_understood
from knowledge.systems import PRIMARY, Systems, load_systems
from knowledge.taboos import strangers as minded_by_nobody
from knowledge.tree import DATA, Source, Tree, tree
from knowledge.views import View, load_views, seen
from knowledge.wording import Wording, load_wording

KNOWN = (  # every file that is read; anything else in a team's folder lies where nobody looks
    "*/system.toml",
    "*/types/*.toml",
    "*/questions.toml",
    "*/rules.toml",
    "*/questionnaire.toml",
    "*/model.bin",
    "facts/*.toml",
    "playbooks/*.toml",
    "wording/taboo.toml",
    "wording/repairs.toml",
    "wording/clash.toml",
    "wording/checks.toml",
    "practice/*.toml",
    "scenes.toml",
    "conflicts.toml",
    "views.toml",
    "cadence.toml",
    "methods.toml",
    "complaint.toml",
    "lists.toml",
)
SHIPPED = frozenset(  # the days of reminders are the same for everybody; the others the shipped model was fitted with
    ["kinds.toml", "festivals.toml", "wording/patterns.toml", "wording/classes.toml"]
)
BY_ENTRY = frozenset(  # put together with the shipped file; of any other the team's takes its place. And `BY_ENTRY_IN`
    [
        "questions.toml",
        "taboo.toml",
        "repairs.toml",
        "clash.toml",
        "checks.toml",
        "scenes.toml",
        "conflicts.toml",
        "views.toml",
        "cadence.toml",
        "methods.toml",
        "lists.toml",
    ]
)
BY_ENTRY_IN = ("facts/", "practice/")


@dataclass(frozen=True, eq=False, repr=False)
class Edition:
    """One reading. `primary` is the id of the system that plain descriptions are read with."""

    files: Tree
    systems: Systems
    primary: str = PRIMARY

    @cached_property
    def library(self) -> Library:
        """Everything that can be looked up."""
        return Library(self.systems, load_playbooks(self.systems, self.files, self.primary))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words for lists of customers."""
        return Vocabulary(self.systems, self.primary)

    @cached_property
    def cadence(self) -> Cadence:
        """When to be in touch again."""
        return load_cadence(self.files)

    @cached_property
    def methods(self) -> Methods:
        """The ways to keep in touch."""
        return load_methods(self.files)

    @cached_property
    def handling(self) -> Handling:
        """How complaints are handled."""
        return load_handling(self.files)

    @cached_property
    def suggestions(self) -> Mapping[str, ListFile]:
        """Lists of customers that are worth having."""
        return load_suggestions(self.files)

    @cached_property
    def wording(self) -> Wording:
        """What a draft is checked against."""
        return load_wording(self.files)

    @cached_property
    def exercises(self) -> Exercises:
        """What is practised."""
        return Exercises(self.systems, self.files)

    @cached_property
    def scenes(self) -> Mapping[str, Scene]:
        """The scenes to choose from."""
        return load_scenes(self.systems, self.files)

    @cached_property
    def conflicts(self) -> Sequence[Conflict]:
        """What wins where advice conflicts."""
        return load_conflicts(self.files)

    @cached_property
    def views(self) -> Mapping[str, View]:
        """Other lists of names for the types of the primary system."""
        return load_views(self.systems[self.primary], self.files)

    def ready(self) -> "Edition":
        """The same with what every conversation needs read by now, so that processes that fork share its memory."""
        _ = self.systems[self.primary], self.vocabulary, self.cadence, self.methods
        return self

    def called(self, view: str) -> "Edition":
        """The same with the types of the primary system called as in a view ("" for their own names).

        Raises:
            Faults: there is no such list of names.
        """
        if not view:
            return self
        if view not in self.views:
            known = "、".join(f"{one.id}（{one.zh}）" for one in self.views.values())
            raise Faults([f"配置 team.view：没有“{view}”这套叫法。可用：{known}。"])
        primary = seen(self.systems[self.primary], self.views[view])
        return Edition(self.files, self.systems.replaced(primary), self.primary)

    def faults(self) -> Mapping[str, tuple[str, ...]]:
        """Everything that is wrong, by part, in the order in which it is best read; reads every file."""
        parts: Mapping[str, Callable[[], object]] = {
            "知识文件": self._read_systems,
            "步骤打法": lambda: list(self.library.playbooks),
            "跟进节奏": self._read_cadence,
            "抱怨处理": lambda: self.handling,
            "提醒的种类": load_kinds,
            "节日": load_festivals,
            "查话的词表和模型": self._read_wording,
            "练习题": self.exercises.read_all,
            "名单的建议": self._read_suggestions,
        }
        found: dict[str, tuple[str, ...]] = {}
        for name, part in parts.items():  # some read what others read as well: each fault is said once
            said = {fault for faults in found.values() for fault in faults}
            found[name] = tuple(fault for fault in _faults_of(part) if fault not in said)
        return found

    def checked(self) -> "Edition":
        """The same, with every file read.

        Raises:
            Faults: with everything that is wrong.
        """
        found = [fault for faults in self.faults().values() for fault in faults]
        if found:
            raise Faults(dict.fromkeys(found))
        return self

    def _read_systems(self) -> None:
        """Read every system and what refers to them.

        Raises:
            Faults: with every fault of every file.
        """
        parts: tuple[Callable[[], object], ...] = (
            lambda: _raise(_strays(self.files)),
            lambda: _raise(_limits_of_nothing(self.files, self.systems)),
            lambda: list(self.systems),
            lambda: self.systems.facts,
            lambda: self.scenes,
            lambda: self.views,
            lambda: _raise(strangers(self.conflicts, self.systems)),
        )
        _raise(dict.fromkeys(fault for part in parts for fault in _faults_of(part)))

    def _read_cadence(self) -> None:
        """Read the rhythms and the ways to keep in touch, and whether the types that they name exist.

        Raises:
            Faults: with every fault of the files.
        """
        _raise(
            dict.fromkeys(fault for part in (lambda: self.cadence, lambda: self.methods) for fault in _faults_of(part))
        )
        try:
            types = {id: self.systems.catalogue(id).types for id in self.cadence.systems if id in self.systems}
            primary = self.systems.catalogue(self.primary).types
        except Faults:
            return  # nobody knows while the systems' own files have faults, which are said with them
        _raise([*self.cadence.strangers(types), *self.methods.strangers(primary)])

    def _read_suggestions(self) -> None:
        """Read the suggested lists, and whether their words are understood.

        Raises:
            Faults: with every fault of the file.
        """
        rows = self.suggestions
        try:
            found = list(not_understood(rows, self.vocabulary))
        except Faults:
            return  # nobody knows while the systems' own files have faults, which are said with them
        _raise(found)

    def _read_wording(self) -> None:
        """Read what drafts are checked against, and whether the types that it names exist.

        Raises:
            Faults: with every fault of the files.
        """
        clashes = self.wording.lists.clashes
        try:
            types = self.systems.catalogue(self.primary).types
        except Faults:
            return  # nobody knows while the system's own files have faults, which are said with them
        _raise(minded_by_nobody(clashes, types))


def unread(source: Source = DATA, primary: str = PRIMARY) -> Edition:
    """A reading of the files as they are, of which nothing has been looked at yet.

    Raises:
        Faults: there is no system at all.
    """
    files = tree(source)
    return Edition(files, load_systems(files), primary)


def edition(source: Source = DATA, primary: str = PRIMARY) -> Edition:
    """The same; thresholds of the configuration are looked at at once.

    Raises:
        Faults: there is no system at all, or thresholds of the configuration are wrong.
    """
    made = unread(source, primary)
    _raise(_limits_of_nothing(made.files, made.systems))
    for id in made.files.limits:
        made.systems.catalogue(id)
    return made


def _raise(faults: "Iterator[str] | Sequence[str] | Mapping[str, None]") -> None:
    found = list(faults)
    if found:
        raise Faults(found)


def _faults_of(part: Callable[[], object]) -> tuple[str, ...]:
    try:
        part()
    except Faults as found:
        return found.faults
    return ()


def _limits_of_nothing(files: Tree, systems: Systems) -> Iterator[str]:
    for id in sorted(files.limits):
        if id not in systems:
            yield f"配置 knowledge.limits.{id}: 没有“{id}”这个分类系统"


def _strays(files: Tree) -> Iterator[str]:
    """Files that nobody reads: of no known name, or of a system that has no `system.toml`."""
    for entry, name in files.everything():
        if name in SHIPPED and entry.said == name:
            continue
        if not any(name.count("/") == known.count("/") and fnmatchcase(name, known) for known in KNOWN):
            why = "只用自带的" if name in SHIPPED else "名字拼错了，或者放错了地方？"
            yield f"{entry.said}: 用不上这个文件（{why}）"
            continue
        folder = name.partition("/")[0]
        if (
            "/" in name
            and folder not in {"facts", "playbooks", "practice", "wording"}
            and f"{folder}/system.toml" not in files
        ):
            yield f"{entry.said}: 没有“{folder}”这个分类系统（要有 {folder}/system.toml）"
