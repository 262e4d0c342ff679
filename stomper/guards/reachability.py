"""Find the statements and calls of a file that can run, and the obstacles of the others."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace

from stomper.guards.constant_values import length, truth
from stomper.guards.exits import ends_here, may_leave, skips_here
from stomper.guards.names import FUNCTIONS, Function, Names
from stomper.guards.nodes import LEAVES, children, nodes_of
from stomper.guards.statement_context import (
    AFTER,
    EMPTY,
    GENERATOR,
    IDLE,
    NEVER,
    SKIPPED,
    SWALLOWED,
    TYPING,
    UNUSED,
    Context,
    Defined,
    Site,
)
from stomper.guards.swallowed_failures import Swallowing
from stomper.guards.unused_definitions import is_generator, read_uses


class Walk:
    """Goes through a module once. `sites` and `functions` are what it finds."""

    def __init__(self, tree: ast.Module, names: Names, swallowing: Swallowing) -> None:
        self.names, self.swallowing = names, swallowing
        self.sites: list[Site] = []
        self.functions: list[Defined] = []
        self.block(tree.body, Context())

    def block(self, statements: Sequence[ast.stmt], context: Context) -> bool:
        """Go through statements one after the other. Returns whether nothing behind them runs."""
        ended = False
        for statement in statements:
            before, ended = ended, self.statement(statement, context)
            if ended and not before:
                context = context.under(SKIPPED if skips_here(statement, self.names) else AFTER)
            ended = ended or before
            if may_leave(statement, self.names):
                context = context.beyond()
            if isinstance(statement, ast.Expr) and self.swallowing.manages(statement.value):
                context = context.under(SWALLOWED)
        return ended

    def statement(self, node: ast.stmt, context: Context) -> bool:
        """Go through a statement. Returns whether nothing behind it runs."""
        self.sites.append(Site(node, context))
        visit: Callable[[ast.stmt, Context], bool] = getattr(self, f"on_{type(node).__name__.lower()}", self.on_other)
        return visit(node, context)

    def on_other(self, node: ast.stmt, context: Context) -> bool:
        self._children(node, context)
        return ends_here(node, self.names)

    def on_expr(self, node: ast.Expr, context: Context) -> bool:
        idle = isinstance(node.value, ast.Lambda | ast.GeneratorExp)
        return self.on_other(node, context.under(IDLE) if idle else context)

    def on_assign(self, node: ast.Assign, context: Context) -> bool:
        lazy = isinstance(node.value, ast.Lambda | ast.GeneratorExp)
        idle = lazy and context.uses is not None and not context.uses.keeps(node.targets)
        return self.on_other(node, context.under(IDLE) if idle else context)

    def on_if(self, node: ast.If, context: Context) -> bool:
        self.expression(node.test, context)
        known = truth(node.test, self.names)
        around = context.beyond() if known is None else context
        why = TYPING if "TYPE_CHECKING" in self.names.last(node.test) else NEVER
        first = self.block(node.body, around.under(why) if known is False else around)
        second = self.block(node.orelse, around.under(NEVER) if known is True else around)
        return first if known is True else second if known is False else first and second and bool(node.orelse)

    def on_while(self, node: ast.While, context: Context) -> bool:
        self.expression(node.test, context)
        known = truth(node.test, self.names)
        around = context.beyond() if known is None else context
        self.block(node.body, around.under(NEVER) if known is False else around)
        breaks = any(isinstance(part, ast.Break) for part in nodes_of(node))
        self.block(node.orelse, context.under(NEVER) if known is True else context.beyond() if breaks else context)
        return known is True and not breaks

    def on_for(self, node: ast.For | ast.AsyncFor, context: Context) -> bool:
        self.expression(node.iter, context)
        count = length(node.iter, self.names)
        around = replace(context, loops=(*context.loops, node.iter))
        self.block(node.body, around.under(EMPTY) if count == 0 else around)
        always = count and any(isinstance(part, ast.Break) for part in node.body)
        breaks = any(isinstance(part, ast.Break) for part in nodes_of(node))
        self.block(node.orelse, context.under(NEVER) if always else context.beyond() if breaks else context)
        return False

    on_asyncfor = on_for

    def on_with(self, node: ast.With | ast.AsyncWith, context: Context) -> bool:
        swallows = False
        for item in node.items:
            self.expression(item.context_expr, context.under(SWALLOWED) if swallows else context)
            swallows = swallows or self.swallowing.manages(item.context_expr)
        ended = self.block(node.body, context.under(SWALLOWED) if swallows else context)
        return ended and not any(self._suppresses(item.context_expr) for item in node.items)

    on_asyncwith = on_with

    def _suppresses(self, node: ast.expr) -> bool:
        """Return whether a context manager lets the code behind its block run after an error in it."""
        called = self.names.last(node.func if isinstance(node, ast.Call) else node)
        return bool(called & {"suppress", "raises", "assertRaises", "assertRaisesRegex"}) or self.swallowing.manages(
            node
        )

    def on_try(self, node: ast.Try, context: Context) -> bool:
        cut = any(ends_here(part, self.names) and not isinstance(part, ast.Raise) for part in node.finalbody)
        swallows = cut or any(map(self.swallowing.forgets, node.handlers))
        ended = self.block(node.body, context.under(SWALLOWED) if swallows else context)
        self.block(node.orelse, context.under(AFTER if ended else SWALLOWED) if ended or cut else context)
        handlers = [self.block(handler.body, context.beyond()) for handler in node.handlers]
        return self.block(node.finalbody, context) or (ended and all(handlers))

    on_trystar = on_try

    def on_match(self, node: ast.Match, context: Context) -> bool:
        self.expression(node.subject, context)
        for case in node.cases:
            never = case.guard is not None and truth(case.guard, self.names) is False
            self.block(case.body, context.under(NEVER) if never else context.beyond())
        return False

    def on_functiondef(self, node: Function, context: Context) -> bool:
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.expression(part, context)
        if context.uses is not None:
            self.block(node.body, context if context.uses.runs(node) else context.under(UNUSED))
        else:
            self._function(node, None, context)
        return False

    on_asyncfunctiondef = on_functiondef

    def _function(self, node: Function, owner: ast.ClassDef | None, context: Context) -> None:
        """Go through a function of a module or a class, with the names as it sees them."""
        scope = f"{context.scope}.{node.name}".lstrip(".")
        outer, self.names = self.names, self.names.within(nodes_of(node))
        self.functions.append(Defined(scope, node, owner, context.dead, self.names))
        inner = Context(scope, context.dead, uses=read_uses(node))
        if node.name.startswith("test") and is_generator(node):
            inner = inner.under(GENERATOR)
        self.block(node.body, inner)
        self.names = outer

    def on_classdef(self, node: ast.ClassDef, context: Context) -> bool:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.expression(part, context)
        if context.uses is not None:
            self._local_class(node, context)
            return False
        inner = replace(context, scope=f"{context.scope}.{node.name}".lstrip("."))
        for item in node.body:
            if isinstance(item, FUNCTIONS):
                self.sites.append(Site(item, inner))
                self._function(item, node, inner)
            else:
                self.statement(item, inner)
        return False

    def _local_class(self, node: ast.ClassDef, context: Context) -> None:
        """Go through a class in a function. Its methods may be called by whoever is given the class."""
        for item in node.body:
            if isinstance(item, FUNCTIONS):
                self.block(item.body, context)
            else:
                self.statement(item, context)

    def expression(self, node: ast.AST, context: Context) -> None:
        """Go through an expression, into what of it may not be evaluated too."""
        if isinstance(node, ast.Call):
            self.sites.append(Site(node, context))
        if isinstance(node, ast.BoolOp):
            self._short_circuit(node, context)
        elif isinstance(node, ast.IfExp):
            known = truth(node.test, self.names)
            self.expression(node.test, context)
            self.expression(node.body, context.under(NEVER) if known is False else context)
            self.expression(node.orelse, context.under(NEVER) if known is True else context)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            empty = any(length(loop.iter, self.names) == 0 for loop in node.generators)
            self._children(node, context.under(EMPTY) if empty else context)
        else:
            self._children(node, context)

    def _short_circuit(self, node: ast.BoolOp, context: Context) -> None:
        decides = isinstance(node.op, ast.Or)
        for value in node.values:
            self.expression(value, context)
            context = context.under(NEVER) if truth(value, self.names) is decides else context.beyond()

    def _children(self, node: ast.AST, context: Context) -> None:
        for child in children(node):
            if type(child) not in LEAVES:
                self.expression(child, context)
