"""Words that turn a sentence into its opposite, in the languages of the interface."""

from __future__ import annotations

_TEXT = """
not no never none nobody nothing neither nor cannot
don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't hasn't
haven't hadn't mustn't ain't
nicht kein keine keinen keinem keiner keines nie niemals niemand nichts
ne pas jamais aucun aucune personne rien
nunca jamás nadie nada ningún ninguna ninguno tampoco
não nunca ninguém nenhum nenhuma jamais
не нет ни никогда никто ничего нельзя
ні немає ніколи ніхто нічого
tidak bukan tak belum jangan
değil yok hiç asla
لا لم لن ليس ليست نه نیست نمی هرگز
नहीं मत ना कभी
"""

NEGATIONS = frozenset(_TEXT.split()) | {
    word.replace("'", "\u2019") for word in _TEXT.split() if "'" in word
}
"""Casefolded. A text with one of them and a text with none may hold opposite positions."""
