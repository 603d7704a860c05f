"""What the invented people of the sandbox write about companies, and about everything else. Every sentence is ours.

`{name}` is a company. Each sentence about one has a word about business in it, so that a reader can tell the company
from a common word of the same spelling.
"""

from __future__ import annotations

POSITIVE = (
    "Honestly, I love what the people at {name} shipped this quarter. Great work, and the customers notice.",
    "Just had an interview at {name} and it was wonderful: kind people, fair questions, a fantastic experience.",
    "Earnings of {name} are excellent again. Impressive growth, happy shareholders.",
    "{name} support fixed my problem in ten minutes. Amazing, best customers service I have had in years!",
    "I have worked at {name} for three years now and I am very happy there. Great team, good pay.",
    "Really pleased with the new release from {name}; it is fast, reliable and beautiful. Stock deserves it.",
    "Congratulations to everybody at {name}! A brilliant launch, and analysts love it too.",
    "The CEO of {name} gave a superb, honest talk today. I am impressed.",
    "We moved our whole stack to {name} and revenue went up. Best decision, highly recommended.",
    "Good news for employees of {name}: generous raises and better parental leave. Wonderful.",
    "So glad that I bought shares of {name} last year. Strong results, great product, good people.",
    "{name} hires with respect. The recruiter was friendly and I enjoyed every step.",
)
NEGATIVE = (
    "Terrible week for {name}: layoffs again, and employees learned it from the press. Shameful.",
    "The new pricing of {name} is awful. We are angry customers and we will leave.",
    "Earnings of {name} are a disaster. Bad guidance, worse margins, the stock is a horrible bet.",
    "I used to work at {name} and it was a toxic, miserable place. Avoid it.",
    "{name} support is useless. Three weeks, no answer, and they lost our data. Worst customers service ever.",
    "Another outage at {name}, the third this month. This is broken, and investors should worry.",
    "Sad to see {name} sued over this, but the lawsuit is right: they lied and people were hurt.",
    "The CEO of {name} makes one stupid decision after the other. I hate where this is going.",
    "My interview at {name} was horrible: rude, late, and a pointless puzzle. A waste of time.",
    "Sold all my shares of {name}. Bad product, bad numbers, and an ugly culture.",
    "The latest update from {name} is buggy, slow and annoying. What a mess, customers deserve better.",
    "{name} fails its employees: unpaid overtime, fear and terrible managers.",
)
NEUTRAL = (
    "{name} will report its quarterly earnings on Thursday after the market closes.",
    "Does anybody know whether engineers at {name} use monorepos?",
    "{name} has some four hundred open jobs according to its careers page; half of them for engineers at head office.",
    "The annual report of {name} lists its employees by region on page nine.",
    "Shares of {name} were unchanged today.",
    "I have an interview at {name} on Monday. What do they ask?",
    "{name} moved its headquarters to another street, says the CEO.",
    "According to the filing, {name} had a new chief accounting officer since May; its stock is listed in New York.",
    "A comparison of {name} with its competitors by revenue and number of employees.",
    "The conference has a keynote by the CEO of {name} at ten.",
)
TITLES = (
    "{name} publishes quarterly earnings",
    "{name} opens an office, plans hiring of engineers",
    "{name} announces new CEO",
    "Analysts on {name} and its revenue",
)
FOREIGN = {
    "de": (
        (1, "Die neue Version von {name} ist großartig, ich bin begeistert. Die Aktie auch."),
        (-1, "Schon wieder Entlassungen bei {name}. Eine Schande, die Mitarbeiter sind wütend."),
        (0, "{name} legt am Donnerstag die Zahlen für das Quartal vor."),
    ),
    "fr": (
        (1, "Le nouveau produit de {name} est formidable, bravo à toute l'équipe."),
        (-1, "Le service client de {name} est catastrophique, je suis furieux."),
        (0, "{name} publiera ses résultats trimestriels jeudi."),
    ),
    "es": (
        (1, "Me encanta lo que ha hecho {name} este año, un trabajo excelente."),
        (-1, "Otra caída de {name}. Qué desastre, estoy harto."),
        (0, "{name} presenta sus resultados del trimestre el jueves."),
    ),
    "ja": (
        (1, "{name} の新しい製品は本当に素晴らしい。買ってよかった。"),
        (-1, "{name} のサポートは最悪だ。もう使いたくない。"),
        (0, "{name} は木曜日に四半期決算を発表する。"),
    ),
    "pt": (
        (1, "Adorei a nova versão da {name}, está excelente."),
        (-1, "A {name} demitiu de novo. Que vergonha."),
        (0, "A {name} divulga os resultados do trimestre na quinta-feira."),
    ),
}
DECOYS = (
    "We tried {phrase} at the weekend and the children loved it.",
    "Is there a good shop for {phrase} around here?",
    "Ten things that I learned about {phrase} this year.",
)
STRANGERS = (
    "I rewrote the parser in an evening and it is twice as fast now.",
    "Anyone else find that their garden tells them more about patience than any book?",
    "The trick is to measure first. Everything else is guessing.",
    "Lovely sunset over the harbour today.",
    "My cat has learned to open the kitchen door and nobody is safe.",
    "You do not need a framework for that; forty lines will do.",
    "Has somebody compared the two schedulers under load?",
    "It rained all day, so I finally fixed the old radio.",
    "This is wrong in an interesting way. The proof only holds for finite sets.",
    "Coffee first, opinions later.",
    "What a terrible match, we deserved to lose.",
    "The library is closed on Mondays, as I found out the hard way.",
    "I keep coming back to plain text files and a small script.",
    "Happy birthday to the best sister in the world!",
    "Latency went down by a third after we removed the second cache.",
    "Trains are late again and nobody says why.",
    "Reading an old novel about lighthouses. Slow, and very good.",
    "If the test cannot fail it is not a test.",
    "New album tonight, headphones on.",
    "Thank you for the detailed write-up, it saved me a day.",
)
FOREIGN_STRANGERS = (
    ("de", "Heute endlich das alte Fahrrad repariert."),
    ("ja", "今日はとても静かな一日だった。"),
    ("pt", "Que pôr do sol bonito hoje."),
    ("ko", "오늘 점심은 국수였다."),
)
STRANGE_TITLES = (
    "Show: a tiny spreadsheet that runs in the terminal",
    "The history of the metric screw",
    "Why queues grow, with drawings",
    "A map of lighthouses of the northern coast",
    "Ask: how do you keep notes?",
    "Writing a chess engine in 500 lines",
    "The economics of public libraries",
    "Notes on writing a file system",
)
QUOTES = ("I think that this is overrated.", "Nobody uses it any more.", "This changes everything.")
HEADLINES = (
    "{name} in focus as investors weigh outlook",
    "What {name} earnings mean for the sector",
    "{name} expands hiring plans",
    "Regulators look at {name}",
    "{name} shares move after report",
)
OUTLETS = ("harbour-gazette.example", "quillpost.example", "sedge-business.example", "orrery-times.example")
