"""Addresses that are no stranger's business: this computer's, those of networks inside, and all that stand for them.

What stands for an inner address in another form (mapped, translated, compatible, NAT64, 6to4, Teredo) is that address.
What only networks inside use (site-local, multicast) is theirs. A name is no address: whoever asks for a name looks at
what it means, and connects to that and nothing else.
"""

import ipaddress
from typing import Final

from tamizdat.network.proxy import is_here

NAT64: Final = ipaddress.ip_network("64:ff9b::/96")  #: RFC 6052: the IPv4 address stands in the last four bytes
NAT64_HERE: Final = ipaddress.ip_network("64:ff9b:1::/48")  #: RFC 8215: a network's own, wherever it leads
SITE_LOCAL: Final = ipaddress.ip_network("fec0::/10")  #: RFC 3879: given up, and still in use behind some routers
TRANSLATED: Final = ipaddress.ip_network("::ffff:0:0:0/96")  #: RFC 2765: likewise in the last four
COMPATIBLE: Final = ipaddress.ip_network("::/96")  #: RFC 4291, 2.5.5.1: given up, and still understood by some


def is_inside(host: str) -> bool:
    """Tell whether *host* is an address of this computer or of a network inside, in whatever form; False for a name."""
    if is_here(host):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if address in NAT64_HERE or address in SITE_LOCAL or address.is_multicast:
        return True
    return not all(each.is_global for each in (address, *_inner_addresses(address)))


def _inner_addresses(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address leads to: mapped, translated and so on."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    last = ipaddress.IPv4Address(address.packed[-4:])
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    in_the_last = any(address in each for each in (NAT64, TRANSLATED, COMPATIBLE))
    return [each for each in found if each] + ([last] if in_the_last else [])
