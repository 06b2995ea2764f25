"""An open element while a part is followed through its schema."""

from wissel.xml.explaining.content import Child
from wissel.xml.lexer import Mark
from wissel.xml.xsd.content_plan import Plan
from wissel.xml.xsd.schema_tree import Type


class Frame:
    """An open element: made for every element of a document, so it holds what is needed and no more."""

    __slots__ = (
        "children",
        "counts",
        "foreign",
        "many",
        "mark",
        "meant",
        "number",
        "parent",
        "plan",
        "scope",
        "tag",
        "text",
        "text_size",
        "transaction_tags",
        "type",
    )

    def __init__(
        self,
        parent: "Frame | None",
        tag: str,
        number: int,
        many: bool,
        of: Type | None,
        plan: Plan | None,
        scope: dict[str, str],
        mark: Mark,
    ) -> None:
        """``number`` counts the occurrences of the tag in its parent, ``many`` says whether there may be several;
        ``scope`` are the namespaces by prefix."""
        self.parent = parent
        self.tag = tag
        self.number = number
        self.many = many
        self.type = of
        """None for an element that the schema does not know or does not look into: nothing below it is checked."""
        self.plan = plan
        """None for an element that holds a value."""
        self.scope = scope
        self.mark = mark
        self.text: list[str] = []
        self.text_size = 0
        self.counts: dict[str, int] = {}
        self.children: list[Child] = []
        self.meant: tuple[str, ...] = ()
        """Known children for which an unknown one was taken."""
        self.transaction_tags: tuple[str, ...] = ()
        """Tags of the children that are transactions."""
        self.foreign = False
        """True where the element's namespace was wrong and has been reported."""

    @property
    def path(self) -> str:
        """Indexed path from the root of the part."""
        above = self.parent.path if self.parent is not None else ""
        return f"{above}/{self.tag}[{self.number}]" if self.many or self.number > 1 else f"{above}/{self.tag}"

    @property
    def plain_path(self) -> str:
        """The same without indices."""
        return f"{self.parent.plain_path}/{self.tag}" if self.parent is not None else f"/{self.tag}"

    def around(self) -> list[Type]:
        """The types of the element and those around it, outermost first."""
        above = self.parent.around() if self.parent is not None else []
        return [*above, self.type] if self.type is not None else above
