"""Lets papermill set the parameters of swirl notebooks.

papermill inserts a cell behind the cell with the tag `parameters`. This translator writes that cell in swirl's language:
`-p questions 600` becomes `param questions = 600`.
"""

import math
import re

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators


class SwirlTranslator(Translator):
    """Translates Python values to swirl."""

    @classmethod
    def translate(cls, value):
        """Returns a value in swirl's notation.

        Numbers, true and false, texts and flat lists have one. Raises PapermillException for other values.
        """
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise PapermillException(f"swirl has no number {value}")
            return repr(value)
        if isinstance(value, str):
            return cls.translate_str(value)
        if isinstance(value, (list, tuple)):
            if any(isinstance(element, (list, tuple)) for element in value):
                raise PapermillException("swirl has no lists of lists")
            return "[" + " ".join(cls.translate(element) for element in value) + "]"
        raise PapermillException(f"swirl has no value for {value!r}: use numbers, true, false, texts and lists of these")

    @classmethod
    def translate_str(cls, value):
        escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
        return '"' + "".join(escapes.get(character, character) for character in value) + '"'

    @classmethod
    def comment(cls, text):
        return f"# {text}".strip()

    @classmethod
    def assign(cls, name, value):
        return f"param {name} = {value}"

    PARAMETER = re.compile(r'^\s*param\s+([\w.-]+)\s*=\s*((?:"(?:[^"\\]|\\.)*"|[^"#])*?)\s*(?:(?<=\s)"((?:[^"\\]|\\.)*)")?\s*(?:#.*)?$')

    @classmethod
    def inspect(cls, parameters_cell):
        """Returns the parameters of the cell with the tag `parameters`: `param questions = 600 "training questions"`."""
        found = []
        for line in parameters_cell["source"].splitlines():
            match = cls.PARAMETER.match(line)
            if match:
                name, default, text = match.groups()
                # `param text = "a"` has a value in quotes and no description.
                if not default:
                    default, text = f'"{text}"', None
                found.append(Parameter(name, "None", default, text or ""))
        return found


class SwirlEngine(NBClientEngine):
    """papermill's usual engine. papermill loads it by its entry point, and with it this module."""


papermill_translators.register("swirl", SwirlTranslator)
