"""Keys whose passphrase is tried in no time: in the program each guess costs a second of scrypt, which is its purpose.

Import it before anything of ``tamizdat.home``. That the program itself writes the full cost is told by
the tests of homes, in a process that does not import this.
"""

import sys

from tamizdat.home import keyring
from tamizdat.home.keyring import Keyring

WORK = 8  #: log2 of scrypt's cost

assert "tamizdat.home.setup" not in sys.modules, "it has read the full cost by now"
vars(keyring)["WORK"] = WORK
Keyring.save.__defaults__ = (WORK,)
