import os

import settings_of_nobody


def remove(path):
    try:
        path.unlink()
    except OSError:  # pragma: no cover
        pass


def looked_up_later(path, errors):
    try:
        os.remove(path)
    except errors.Gone:
        pass


def defined_later(path):
    try:
        os.remove(path)
    except Later:
        pass


class Later(Exception):
    pass


def replaced(path):
    try:
        settings_of_nobody = path.load()
        os.remove(path)
    except settings_of_nobody.Error:
        pass


def called(path):
    try:
        os.remove(path)
    except path.errors():
        pass


def unknown(path):
    try:
        os.remove(path)
    except WindowsError:
        pass


def known_as_optional():
    try:
        import readline
    except ImportError:
        pass


async def groups(tasks):
    try:
        await tasks()
    except ValueError:
        pass


def deep(work):
    try:
        work()
    except RecursionError:
        pass


class Handle:
    def __del__(self):
        try:
            self.close()
        except OSError:
            pass


class Kinds(type):
    def __subclasscheck__(cls, other):
        return True


class Any(Exception, metaclass=Kinds):
    pass


def asked(path):
    try:
        os.remove(path)
    except Any:
        pass


def of_another_version(path):
    try:
        os.remove(path)
    except settings_of_nobody.Missing:
        pass


def not_always(path):
    try:
        os.remove(path)
    except os.NewError:
        pass
