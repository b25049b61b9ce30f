"""The part of the schema.org vocabulary that we use, as schema.org publishes it.

Release 12.0 (its files of types and properties); `archivedAt` came with a later one. A property
may stand on the types of its domain and those below them, and holds values of its range.
"""

from __future__ import annotations

import re

# Type: the types right above it.
TYPES = {
    "Claim": ["CreativeWork"],
    "ClaimReview": ["Review"],
    "Comment": ["CreativeWork"],
    "CorrectionComment": ["Comment"],
    "CreativeWork": ["Thing"],
    "DataFeed": ["Dataset"],
    "DataFeedItem": ["Intangible"],
    "Dataset": ["CreativeWork"],
    "Intangible": ["Thing"],
    "NewsMediaOrganization": ["Organization"],
    "Organization": ["Thing"],
    "Person": ["Thing"],
    "Rating": ["Intangible"],
    "Review": ["CreativeWork"],
    "Thing": [],
}

# Property: (domain, range).
PROPERTIES = {
    "about": ({"CreativeWork", "CommunicateAction", "Event"}, {"Thing"}),
    "actionableFeedbackPolicy": (
        {"Organization", "NewsMediaOrganization"},
        {"CreativeWork", "URL"},
    ),
    "alternateName": ({"Thing"}, {"Text"}),
    "appearance": ({"Claim"}, {"CreativeWork"}),
    "archivedAt": ({"CreativeWork"}, {"WebPage", "URL"}),
    "author": ({"CreativeWork", "Rating"}, {"Organization", "Person"}),
    "bestRating": ({"Rating"}, {"Text", "Number"}),
    "citation": ({"CreativeWork"}, {"CreativeWork", "Text"}),
    "claimReviewed": ({"ClaimReview"}, {"Text"}),
    "correction": ({"CreativeWork"}, {"Text", "CorrectionComment", "URL"}),
    "correctionsPolicy": ({"Organization", "NewsMediaOrganization"}, {"CreativeWork", "URL"}),
    "dataFeedElement": ({"DataFeed"}, {"DataFeedItem", "Text", "Thing"}),
    "dateCreated": ({"CreativeWork", "DataFeedItem"}, {"Date", "DateTime"}),
    "dateModified": ({"CreativeWork", "DataFeedItem"}, {"Date", "DateTime"}),
    "datePublished": ({"CreativeWork"}, {"Date", "DateTime"}),
    "email": ({"Organization", "ContactPoint", "Person"}, {"Text"}),
    "firstAppearance": ({"Claim"}, {"CreativeWork"}),
    "headline": ({"CreativeWork"}, {"Text"}),
    "inLanguage": (
        {
            "PronounceableText",
            "CommunicateAction",
            "WriteAction",
            "BroadcastService",
            "CreativeWork",
            "LinkRole",
            "Event",
        },
        {"Text", "Language"},
    ),
    "isBasedOn": ({"CreativeWork"}, {"CreativeWork", "Product", "URL"}),
    "item": ({"DataFeedItem", "ListItem"}, {"Thing"}),
    "itemReviewed": ({"AggregateRating", "Review"}, {"Thing"}),
    "jobTitle": ({"Person"}, {"DefinedTerm", "Text"}),
    "license": ({"CreativeWork"}, {"CreativeWork", "URL"}),
    "logo": ({"Organization", "Product", "Brand", "Service", "Place"}, {"ImageObject", "URL"}),
    "masthead": ({"NewsMediaOrganization"}, {"CreativeWork", "URL"}),
    "name": ({"Thing"}, {"Text"}),
    "ownershipFundingInfo": (
        {"Organization", "NewsMediaOrganization"},
        {"CreativeWork", "AboutPage", "URL", "Text"},
    ),
    "publisher": ({"CreativeWork"}, {"Organization", "Person"}),
    "publishingPrinciples": ({"Organization", "CreativeWork", "Person"}, {"CreativeWork", "URL"}),
    "ratingExplanation": ({"Rating"}, {"Text"}),
    "ratingValue": ({"Rating"}, {"Text", "Number"}),
    "reviewRating": ({"Review"}, {"Rating"}),
    "sameAs": ({"Thing"}, {"URL"}),
    "sdLicense": ({"CreativeWork"}, {"CreativeWork", "URL"}),
    "text": ({"CreativeWork"}, {"Text"}),
    "unnamedSourcesPolicy": ({"Organization", "NewsMediaOrganization"}, {"CreativeWork", "URL"}),
    "url": ({"Thing"}, {"URL"}),
    "verificationFactCheckingPolicy": ({"NewsMediaOrganization"}, {"CreativeWork", "URL"}),
    "worstRating": ({"Rating"}, {"Text", "Number"}),
}

DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def problems_of(node, path="$"):
    """Returns what in a JSON-LD node is not as the vocabulary has it."""
    names = node["@type"] if isinstance(node["@type"], list) else [node["@type"]]
    found = [f"{path}: no type {name}" for name in names if name not in TYPES]
    kinds = set().union(*(above(name) for name in names if name in TYPES))
    for name, value in node.items():
        here = f"{path}.{name}"
        if name.startswith("@"):
            continue
        if name not in PROPERTIES:
            found.append(f"{here}: no property")
            continue
        domain, allowed = PROPERTIES[name]
        if not domain & kinds:
            found.append(f"{here}: not of {names}")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                found += problems_of(one, here)
                kinds_of_one = one["@type"] if isinstance(one["@type"], list) else [one["@type"]]
                fits = any(allowed & above(kind) for kind in kinds_of_one if kind in TYPES)
            else:
                fits = bool(allowed & literals(one))
            if not fits:
                found.append(f"{here}: {one!r} is none of {sorted(allowed)}")
    return found


def above(name):
    """Returns a type and all types above it."""
    return {name}.union(*(above(parent) for parent in TYPES[name]))


def literals(value):
    """Returns the data types that a plain value may be of."""
    if isinstance(value, int | float):
        return {"Number"}
    if not isinstance(value, str) or not value:
        return set()
    found = {"Text"}
    # An address stands in for the thing that is there, too.
    found |= {"URL", "CreativeWork", "WebPage"} if ADDRESS.fullmatch(value) else set()
    found |= {"Date"} if DAY.fullmatch(value) else set()
    return found | ({"DateTime"} if MOMENT.fullmatch(value) else set())
