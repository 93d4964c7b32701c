"""tamizdat: carries words and footage out from under threat and publishes them so that anyone can check them."""

__version__ = "0.1.0"
