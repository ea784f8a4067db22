"""Prints topic and text of every document of two hours; run by both runtimes, which must agree."""

import test_documents_monitor as hours

from aqsense import messages

for document in hours.fed(hours.home(600), 5):
    print(messages.topic(document, "maple"), messages.text(document))
