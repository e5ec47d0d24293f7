"""How lines begin and what they say: numbers, labels, greetings, requests; English, German, French, Spanish."""

import re

QUOTE = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")

# What numbers a question: 1. 1) (1) Q1: 3.2.1 a) iv. IAM-02: or a bullet.
_NUMBER = (
    r"\d{1,4}(?:\.\d{1,4}){0,5}|[A-Za-z]{1,6}[-. ]?\d{1,4}(?:[.-]\d{1,4}){0,4}[a-z]?|[A-Za-z]|[ivxIVX]{2,5}"
)
MARKER = re.compile(
    r"[ \t]*(?:(?:Q|Question|Frage|Pregunta)\s?[:.](?=[ \t]|$)|"
    rf"\(?(?P<ref>{_NUMBER})\s?[.):\]](?=[ \t]|$)|(?P<dotted>\d{{1,3}}(?:\.\d{{1,3}})+)(?=[ \t])|"
    r"#(?P<hash>\d{1,4})(?=[ \t])|"
    r"(?P<bullet>[-*+•–—‣◦▪●○·])(?=[ \t]))[ \t]*"
)
ANSWER_LABEL = re.compile(
    r"[ \t]*(?:[-*+•][ \t]+)?\**(?P<label>(?:(?:your|our|vendor|supplier|provider)[ ]{1,2})?(?:answer|response|reply|antwort|réponse|"
    r"respuesta|risposta|antwoord)|A\d{0,4})\**[ ]?:\**(?=[\s_]|$)",
    re.IGNORECASE,
)
COMMENT_LABEL = re.compile(
    r"[ \t]*(?:[-*+•][ \t]+)?\**(?:comments?|remarks?|notes?|explanation|details|kommentar|bemerkung|commentaires?)\**[ ]?:\**(?=[\s_]|$)",
    re.IGNORECASE,
)
BOX = re.compile(r"(\[[ \t]?[xX✓✔]?[ \t]?\]|\([ \t]{1,2}\)|\([xX]\)|[☐☑☒□■])[ \t]*")
HEADING = re.compile(r"[ \t]{0,3}#{1,6}(?:[ \t]+|$)(?P<title>.*?)[ \t]*#*[ \t]*$")
UNDERLINE = re.compile(r"[ \t]{0,3}(?:={3,}|-{3,}|\*{3,}|_{3,}|~{3,}|[=*_-](?:[ \t][=*_-]){2,})[ \t]*$")
TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+\|?[ \t]*$")
MAIL_HEADER = re.compile(
    r"[ \t]*\**(?:from|to|cc|bcc|sent|date|subject|reply-to|von|an|gesendet|datum|betreff|de|à|envoyé|objet|para|asunto|enviado)\**[ ]?:\**[ \t]",
    re.IGNORECASE,
)
WROTE = re.compile(
    r"[ \t]*(?:-{2,}[ ]?(?:original message|forwarded message|ursprüngliche nachricht|message d'origine).*|"
    r"(?:on|am|le|el)\b.{4,120}\b(?:wrote|schrieb|a écrit|escribió)[ ]?.{0,60}:|begin forwarded message:?)[ \t]*$",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"[ \t]*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|to whom it may concern|hallo|guten (?:tag|morgen)|"
    r"sehr geehrte[rn]?|liebe[rn]?|bonjour|madame|monsieur|hola|estimad[oa]s?|buenos días)\b[^?]{0,60}$",
    re.IGNORECASE,
)
SIGN_OFF = re.compile(
    r"[ \t]*(?:--[ ]?|(?:(?:with |many |kind |best |warm )*(?:regards|thanks|thank you|cheers|wishes)|(?:yours )?(?:sincerely|faithfully|truly)|"
    r"mit freundlichen grüßen|viele grüße|beste grüße|mfg|vg|cordialement|bien à vous|merci|saludos|atentamente|gracias)\b[^?]{0,40})$",
    re.IGNORECASE,
)

REQUIRES = re.compile(
    r"\b(?:must|shall|should|(?:is|are) (?:required|expected|obliged) to|has to|have to|needs? to|muss|müssen|soll(?:en)?|doit|doivent|"
    r"debe|deben|deberá)\b",
    re.IGNORECASE,
)
# "Could you please answer the questions below?" asks for the form to be filled in, not for a fact.
ABOUT_THE_FORM = re.compile(
    r"\b(?:answer|respond to|complete|fill (?:in|out)|reply to|look at|help (?:us )?with|send (?:us )?|return|provide (?:us )?(?:with )?(?:your )?"
    r"(?:answers?|responses?))\b.{0,60}\b(?:questions?|questionnaire|answers?|responses?|below|following|attached|this (?:form|e?mail|list))\b",
    re.IGNORECASE,
)
