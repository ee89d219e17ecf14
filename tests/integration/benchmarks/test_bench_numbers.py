"""`./ringup bench numbers`: what is measured is right, whichever way the numbers are taken."""

import pytest
from pytest_django.fixtures import Settings

from benchmarks.pool import queues
from benchmarks.pool.numbers import GENERATORS, main
from benchmarks.pool.paying import pay_at_once


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("generator", GENERATORS.values())
def test_every_sale_is_paid_and_numbered_once(
    generator: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.INVOICE_NUMBER_GENERATOR = generator  # the measurement sets it, and this sets it back
    monkeypatch.setattr(queues, "HELD_S", 0.001)
    paid = pay_at_once(generator, name="measured", sales=12, clients=3, seconds=30)
    assert paid.sales == 12
    assert paid.sales_per_s == 12 / paid.elapsed_s


def test_it_takes_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--fast"])
    assert end.value.code == 2
    assert "unrecognized arguments: --fast" in capsys.readouterr().err
