"""Limits on everything that comes from outside. Each is a setting; exceeding one is a finding."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one input. The defaults let a file of 1,000,000 transactions (1.6 GB) through."""

    file_bytes_max: int = 4 * 1024**3
    """Bytes of one file or archive member, after unpacking."""
    depth_max: int = 256
    """Nesting of elements; the parser itself stops at 256, so only smaller values narrow it."""
    elements_max: int = 400_000_000
    """Elements of one file."""
    text_bytes_max: int = 10_000_000
    """Bytes of one text or attribute value; the parser itself stops at 10,000,000."""
    archive_members_max: int = 100_000
    """Files in one archive."""
    archive_bytes_max: int = 16 * 1024**3
    """Bytes of all members of one archive together, after unpacking."""
    archive_depth_max: int = 3
    """Archives inside archives."""
    compression_ratio_max: int = 400
    """Unpacked bytes per packed byte, looked at once more than 16 MiB have been unpacked."""
    messages_max: int = 1_000_000
    """Messages in one file."""
    findings_max: int = 1_000
    """Findings reported for one file; what is beyond is counted as one FINDINGS-CAPPED finding."""
