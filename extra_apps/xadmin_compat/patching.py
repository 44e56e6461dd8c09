"""How a piece of xadmin is replaced: recorded, so that it can be put back and its absence can be seen."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ABSENT = object()


class Bench:
    """Where one repair does its replacing. Targets are written `package.module:Class.attribute`."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, str, Any]] = []
        self.modules: set[str] = set()

    def owner(self, target: str) -> tuple[Any, str]:
        """Return the object that holds the target, and the attribute's name on it."""
        module_name, _, path = target.partition(":")
        self.modules.add(module_name)
        owner: Any = importlib.import_module(module_name)
        *holders, attribute = path.split(".")
        for holder in holders:
            owner = getattr(owner, holder)
        return owner, attribute

    def original(self, target: str) -> Any:
        """Return what stands there now; of a method that plugins filter, the method below the filters."""
        owner, attribute = self.owner(target)
        found = getattr(owner, attribute)
        return found.__wrapped__ if _is_filtered(found) else found

    def put(self, target: str, value: Any) -> None:
        """Put a value in the target's place."""
        self.put_on(*self.owner(target), value)

    def put_on(self, owner: Any, attribute: str, value: Any) -> None:
        """Put a value on an object that has no name of its own."""
        self._undo.append((owner, attribute, vars(owner).get(attribute, ABSENT)))
        setattr(owner, attribute, value)

    def drop(self, target: str) -> None:
        """Take the target away, so that its base class answers."""
        owner, attribute = self.owner(target)
        self._undo.append((owner, attribute, vars(owner)[attribute]))
        delattr(owner, attribute)

    def replace(self, target: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Put the decorated function in the target's place; plugins filter it if they filtered the original."""

        def install(function: Callable[..., Any]) -> Callable[..., Any]:
            owner, attribute = self.owner(target)
            function.__name__ = attribute  # xadmin finds the filtering methods of plugins by this name
            filtered = _is_filtered(getattr(owner, attribute, None))
            self.put(target, _filter_hook()(function) if filtered else function)
            return function

        return install

    def restore(self) -> None:
        """Put back everything that stood there before, last change first."""
        while self._undo:
            owner, attribute, value = self._undo.pop()
            if value is ABSENT:
                delattr(owner, attribute)
            else:
                setattr(owner, attribute, value)


Repair = Callable[[Bench], None]

_repairs: dict[str, Repair] = {}
_benches: list[Bench] = []


def repair(function: Repair) -> Repair:
    """Register a function that mends one defect; its docstring says which. They run in the order of registration."""
    _repairs[function.__name__] = function
    return function


def repairs() -> dict[str, Repair]:
    """Return every registered repair by name."""
    return dict(_repairs)


def apply(*, leave_out: str = "") -> None:
    """Run every repair but one."""
    for name, function in _repairs.items():
        if name != leave_out:
            bench = Bench()
            _benches.append(bench)
            function(bench)


def undo() -> None:
    """Put xadmin back as it came from the registry."""
    while _benches:
        _benches.pop().restore()


def touched_modules() -> set[str]:
    """Return the modules whose pieces are replaced at present."""
    return {module for bench in _benches for module in bench.modules}


@contextmanager
def without(name: str) -> Iterator[None]:
    """Take one repair out for a while: a test then sees that the defect is real."""
    if name not in _repairs:
        raise KeyError(name)
    undo()
    apply(leave_out=name)
    try:
        yield
    finally:
        undo()
        apply()


def _filter_hook() -> Any:
    from xadmin.views.base import filter_hook  # xadmin can be imported only while Django starts

    return filter_hook


def _is_filtered(function: Any) -> bool:
    """Tell whether `filter_hook` is the outermost decorator: all its wrappers share one code object."""
    hook = _filter_hook()(lambda self: None)
    return getattr(function, "__code__", None) is hook.__code__
