"""What taking in an export would do, without keeping anything: ``collect --dry-run``."""

from datetime import datetime

from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.ingest import batches, note_doubts
from tamizdat.posts.export import Export
from tamizdat.posts.formats import Format, Found
from tamizdat.posts.report import IngestReport


def look_over(
    archive: Archive, export: Export, export_format: Format, now: datetime, report: IngestReport, letters: bool = False
) -> IngestReport:
    """Report what :func:`~tamizdat.archive.ingest.ingest.ingest` would find, without keeping anything."""
    plan = export_format.plan(export, report)
    plan.withheld = plan.never_kept if letters else plan.withheld
    report.format = plan.format
    for batch in batches(export_format.read(plan, export.open, report)):
        posts = [each for each in batch if isinstance(each, Found)]
        known = archive.index.posts.known(found.post.id for found in posts)
        for found in posts:
            note_doubts(report, found, now)
            said = {each[1] for each in known.get(found.post.id, ())}
            report.found += 1
            report.already += found.post.said in said
            report.new += not said
            report.edited += bool(said) and found.post.said not in said
    return report
