"""The system calls that nothing inside the box may make, as a program for the kernel's filter (seccomp, BPF).

A list of what is forbidden, and not of what is allowed: which calls Python, Pillow, ffmpeg and their C library need
differs with every release of each, and a box in which pictures stop decoding after an upgrade would be switched off.
What decoders have no business with is another matter, and does not change: sockets, other processes' memory, mounts and
namespaces, keys, modules, tracing, io_uring. Such a call fails with EPERM; ``clone3``, whose flags a filter cannot see,
with ENOSYS, so that the C library takes ``clone``, whose flags are looked at. A call of another architecture, or of
x32, ends the process.

Calls that Linux got after :data:`NEWEST` fail with ENOSYS, whatever they are: no kernel that is newer than this list
opens something to decoders that nobody looked at, and every library can do without them, for it must run on kernels
that do not have them.

An instruction is ``code (16 bits) jump-if-true (8) jump-if-false (8) value (32)``; what it looks at is ``nr (32)
architecture (32) instruction pointer (64) six arguments (64 each)``. See ``man 2 seccomp``.
"""

import errno
import struct
from collections.abc import Mapping
from typing import Final

from tamizdat.errors import SandboxMissing

#: AUDIT_ARCH_… of linux/audit.h, by what ``os.uname().machine`` says
ARCHITECTURES: Final[Mapping[str, int]] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

#: number of each call: x86_64 (asm/unistd_64.h), aarch64 (asm-generic/unistd.h); None where there is none
FORBIDDEN: Final[Mapping[str, tuple[int | None, int | None]]] = {
    # sockets: what was given stays usable, nothing new can be opened or reached
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "process_madvise": (440, 440), "process_mrelease": (448, 448),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # the kernel's keys, modules, tracing, programs
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "fanotify_init": (300, 262),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "memfd_secret": (447, 447), "lookup_dcookie": (212, 18),
    # the machine
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116), "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "clock_adjtime": (305, 266), "sethostname": (170, 161), "setdomainname": (171, 162), "vhangup": (153, 58),
    "iopl": (172, None), "ioperm": (173, None), "personality": (135, 92), "nfsservctl": (180, 42),
    "move_pages": (279, 239), "migrate_pages": (256, 238),
}  # fmt: skip
CLONE: Final = (56, 220)
CLONE3: Final = (435, 435)
IOCTL: Final = (16, 29)
NEWEST: Final = 450  #: set_mempolicy_home_node, of Linux 5.17; from 424 on every architecture has the same numbers
NEW_NAMESPACES: Final = 0x7E020080  #: CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
TERMINAL: Final = (0x5412, 0x541C)  #: TIOCSTI and TIOCLINUX write into the terminal of whoever started us
X32: Final = 0x40000000  #: numbers from here on are calls of the x32 ABI

ALLOW: Final = 0x7FFF0000
KILL: Final = 0x80000000  #: the process
ERROR: Final = 0x00050000  #: and the error's number
_LOAD, _EQUAL, _NOT_BELOW, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NR, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24


def program(machine: str) -> bytes:
    """Return the filter for a machine (``x86_64``, ``aarch64``); raise :class:`SandboxMissing` for another."""
    if machine not in ARCHITECTURES:
        raise SandboxMissing(
            f"Expected a processor for which there is a filter of system calls ({', '.join(ARCHITECTURES)}), found "
            f"{machine}. Nothing of strangers is decoded on this computer; use another."
        )
    column = list(ARCHITECTURES).index(machine)
    refuse, absent = ERROR | errno.EPERM, ERROR | errno.ENOSYS
    lines = [
        _line(_LOAD, _ARCHITECTURE),
        *_unless(_EQUAL, ARCHITECTURES[machine], KILL),
        _line(_LOAD, _NR),
        *_if(_NOT_BELOW, X32, KILL),
        *_if(_NOT_BELOW, NEWEST + 1, absent),
        *_if(_EQUAL, CLONE3[column], absent),
    ]
    for numbers in FORBIDDEN.values():
        number = numbers[column]
        lines += _if(_EQUAL, number, refuse) if number is not None else []
    # the last two look at an argument (its lower half: the first four bytes, on either machine)
    lines += [_line(_EQUAL, CLONE[column], 0, 3), _line(_LOAD, _FIRST), *_if(_ANY_BIT, NEW_NAMESPACES, refuse)]
    lines += [_line(_LOAD, _NR), _line(_EQUAL, IOCTL[column], 0, 5), _line(_LOAD, _SECOND)]
    lines += [each for request in TERMINAL for each in _if(_EQUAL, request, refuse)]
    return b"".join([*lines, _line(_RETURN, ALLOW)])


def _if(test: int, value: int, answer: int) -> list[bytes]:
    """Return two lines: *answer*, if the value that was loaded passes the test."""
    return [_line(test, value, 0, 1), _line(_RETURN, answer)]


def _unless(test: int, value: int, answer: int) -> list[bytes]:
    return [_line(test, value, 1, 0), _line(_RETURN, answer)]


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
