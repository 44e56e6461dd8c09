"""Invoices, for the API documents."""

from apps.common.openapi import answered, sent

WANTED = {
    "kind": "company",
    "heading": "杭州某某科技有限公司",
    "tax_number": "91350100M000100Y43",
    "email": "caiwu@example.com",
}

REQUEST_INVOICE = [
    sent("For a company", WANTED),
    sent("For a person", {"kind": "personal", "heading": "李雷", "email": "lilei@example.com"}),
]
INVOICE_REQUEST = [
    answered(
        "For a company",
        {
            **WANTED,
            "state": "requested",
            "invoice_number": "",
            "issued_at": None,
            "created_at": "2026-11-27T09:00:00+08:00",
        },
    )
]
