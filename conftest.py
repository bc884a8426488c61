pytest_plugins = [
    "kehra.kernel.accounts.tests.cast",
    "kehra.kernel.accounts.tests.provider",
    "kehra.serve.records.tests.beside",
]
