"""How many decimals a currency has: its smallest unit is the last of them. Source: ISO 4217, list one.

Not what people round to at the counter, which Unicode's locale data says: amounts are stored in these units.
"""

USUAL = 2
_ODD = (
    ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0),
    ("BHD IQD JOD KWD LYD OMR TND", 3),
    ("CLF UYW", 4),
)
_DECIMALS = {currency: decimals for currencies, decimals in _ODD for currency in currencies.split()}


def decimals_of(currency: str) -> int:
    return _DECIMALS.get(currency, USUAL)
