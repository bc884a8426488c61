"""What people tell upwards."""

from django.dispatch import Signal

# A restriction was made or withdrawn; sends `resident` (Resident), `by` (Actor), `now`.
restrictions_changed = Signal()
# An emergency access was opened; sends `access` (EmergencyAccess), `by` (Actor), `now`.
emergency_opened = Signal()
# An unidentified resident got their code; sends `resident`, `by`, `now`.
identified = Signal()
