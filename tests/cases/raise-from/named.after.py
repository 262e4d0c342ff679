import json


def read(text):
    try:
        return json.loads(text)
    except ValueError as error:
        # What the caller knows of.
        raise RuntimeError("no JSON",   text) from error  # and what was there
    except (TypeError, KeyError) as e:
        if text:
            raise LookupError from e
        raise


def nested(text):
    try:
        return read(text)
    except RuntimeError as outer:
        try:
            return text[0]
        except IndexError as inner:
            raise ValueError(inner) from inner
        finally:
            print(outer)
