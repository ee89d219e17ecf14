"""Which currencies there are, and how many decimals one has: its smallest unit is the last of them. Source: ISO 4217,
list one.

Not what people round to at the counter, which Unicode's locale data says: amounts are stored in these units.
"""

from decimal import Decimal

USUAL = 2
_ODD = (
    ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0),
    ("BHD IQD JOD KWD LYD OMR TND", 3),
    ("CLF UYW", 4),
)
_DECIMALS = {currency: decimals for currencies, decimals in _ODD for currency in currencies.split()}


_NAMES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_CURRENCIES = frozenset(_NAMES.split())


def is_currency(currency: str) -> bool:
    """Whether something can be sold in it: neither metals nor units of account are money."""
    return currency in _CURRENCIES


def decimals_of(currency: str) -> int:
    return _DECIMALS.get(currency, USUAL)


def said(minor: int, currency: str) -> str:
    """An amount in a sentence, the same wherever it is read: 4.99 GBP."""
    return f"{Decimal(minor).scaleb(-decimals_of(currency)):f} {currency}"
