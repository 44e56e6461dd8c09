"""The cashier of the local payment sandbox: a page where play money is paid. Not part of the API."""
