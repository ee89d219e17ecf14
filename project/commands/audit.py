"""Whether a locked version is known to be unsafe: what pip-audit found, or why nobody knows."""

import json
import subprocess
from pathlib import Path

from project.env import PROJECT_FOLDER

LOCKS = PROJECT_FOLDER / "requirements"
# OSV answers for each package, or not at all. An index that knows nothing of faults would be one without any.
AUDIT = ["--disable-pip", "--require-hashes", "--vulnerability-service=osv", "--format=json", "--progress-spinner=off"]
TIMEOUT_S = 10
UNREACHED = "audit: NOT DONE, the database of known faults (osv.dev) cannot be reached from here"


def audit(programs: Path) -> tuple[bool, str]:
    """Whether nothing speaks against the locked versions, and what there is to say. Where the database cannot be
    reached nothing does, and a line says so. `programs`: where pip-audit is."""
    locks = [f"--requirement={lock}" for lock in sorted(LOCKS.glob("*.txt"))]
    done = subprocess.run(
        [programs / "pip-audit", *AUDIT, f"--timeout={TIMEOUT_S}", *locks],
        cwd=PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if "ConnectionError" not in done.stderr and "Timeout" not in done.stderr:
        return judged(done.stdout, done.stderr)
    return True, UNREACHED


def judged(found: str, complaint: str) -> tuple[bool, str]:
    """`found`: pip-audit's JSON, which is not there where it failed itself."""
    try:
        packages = json.loads(found)["dependencies"]
    except ValueError:
        return False, f"audit: pip-audit failed: {(complaint.strip() or 'it says nothing').splitlines()[-1]}"
    faults = [
        f"audit: {one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for one in packages
        for fault in one.get("vulns", ())
    ]
    unknown = [f"audit: NOT DONE for {one['name']}: {one['skip_reason']}" for one in packages if "skip_reason" in one]
    looked_at = f"audit: {len(packages) - len(unknown)} locked versions, {len(faults)} known faults"
    return not faults, "\n".join([*faults, *unknown, looked_at])
