pytest_plugins = ["kehra.kernel.accounts.tests.cast"]
