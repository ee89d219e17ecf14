"""Products are found by words folded as people expect, by an index; changes are told by their transactions' numbers.

The function that folds uses nothing of the server's locale. Its table is what Python knows of Unicode's full case folding
(CaseFolding.txt), for what NFKD leaves. Marks above and below letters, and what cannot be seen, are dropped.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby, pairwise

from django.db import migrations

from base.sql.made import makes

_DROPPED = "\u0300-\u0344\u0346-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"
_OTHERS = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"}
"""Letters with a stroke are not taken apart by Unicode, nor is the i that lacks its dot."""

# Where Greek, Cyrillic, its rarer letters and the rest begin: each is looked for only in a text that has some of it.
_BLOCKS = ("\u0080", "\u0370", "\u0400", "\u0430", "\u0530", "\U0001f000")


def _folded(letter: str) -> str:
    plain = re.sub(f"[{_DROPPED}]", "", unicodedata.normalize("NFKD", letter.casefold()))
    return _OTHERS.get(plain, plain)


def _table() -> dict[str, str]:
    """Letter -> what it is folded to, one for one, of those that NFKD leaves as they are."""
    found = (letter for letter in map(chr, range(0x80, 0x1F000)) if letter in _OTHERS or letter.casefold() != letter)
    folded = {letter: _folded(letter) for letter in found if unicodedata.is_normalized("NFKD", letter)}
    return {letter: to for letter, to in folded.items() if to != letter and len(to) == 1}


def _ranges(letters: list[str]) -> str:
    runs = [list(run) for _, run in groupby(enumerate(letters), key=lambda placed: ord(placed[1]) - placed[0])]
    return "".join(f"{run[0][1]}-{run[-1][1]}" for run in runs)


def _steps() -> Iterator[str]:
    table = _table()
    for begin, end in pairwise(_BLOCKS):
        block = {letter: to for letter, to in table.items() if begin <= letter < end}
        yield f"""
    IF plain ~ '[{_ranges(list(block))}]' THEN
        plain := translate(plain, '{"".join(block)}', '{"".join(block.values())}');
    END IF;"""


FOLDED = f"""
CREATE FUNCTION ringup_folded(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    plain text := lower(given COLLATE "C");
BEGIN
    IF octet_length(plain) = char_length(plain) THEN
        RETURN plain;
    END IF;
    plain := lower(regexp_replace(normalize(plain, NFKD), '[{_DROPPED}]+', '', 'g') COLLATE "C");
    IF octet_length(plain) = char_length(plain) THEN
        RETURN plain;
    END IF;{"".join(_steps())}
    RETURN normalize(replace(replace(replace(replace(plain, 'ẞ', 'ß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), NFKC);
END $$;
"""


# A transaction's number, from `base` on: numbers that came with a dump are lower than those that are given from then on.
NUMBERED = """
CREATE FUNCTION ringup_xid_base() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0::bigint;
CREATE FUNCTION ringup_xid() RETURNS bigint LANGUAGE sql STABLE
    RETURN ringup_xid_base() + pg_current_xact_id()::text::bigint;
-- For who is not the owner: after a restore they go on from `base`, and never from less than before.
CREATE FUNCTION ringup_count_from(base bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION ringup_xid_base() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE'
        ' RETURN %s::bigint', greatest(base, ringup_xid_base()));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", migrations.RunSQL.noop),
        makes(FOLDED),
        makes(NUMBERED),
    ]
