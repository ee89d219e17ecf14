"""What the contract says of every command in every state of an order."""

from orders.commands.core.machine import Fulfilment, Kind, PaymentTerms, Status

# A way to a state: what is done to a draft of three teas, and where that leads. Then what each further command does
# there: the status after it, = where that is the same, or a refusal. `one` ships one tea, `all` returns all of them,
# `deposit` pays a penny of what is due.
IMMEDIATE = """
way               leads_to  pay   reserve release fulfill deliver cancel    return   extend
-                 draft     paid  proc    no      no      no      cancelled no       no
reserve           proc      paid  late    draft   no      no      cancelled no       =
pay               paid      paid! paid!   paid!   no      no      cancelled =        paid!
reserve,pay       paid      paid! paid!   paid!   no      no      cancelled =        paid!
pay,return        paid      paid! paid!   paid!   no      no      no        =        paid!
pay,return,return paid      paid! paid!   paid!   no      no      no        returned paid!
pay,all           returned  paid! paid!   paid!   no      no      no        no       paid!
cancel            cancelled gone  gone    gone    gone    gone    gone      gone     gone
reserve,cancel    cancelled gone  gone    gone    gone    gone    gone      gone     gone
pay,cancel        cancelled gone  gone    gone    gone    gone    gone      gone     gone
"""
SHIPMENT = """
way                 leads_to  pay   reserve release fulfill one  deliver   cancel    return all      extend
-                   draft     proc  proc    no      no      no   no        cancelled no     no       no
pay                 proc      paid! paid!   paid!   shipped part no        cancelled no     no       paid!
reserve,pay         proc      paid! paid!   paid!   shipped part no        cancelled no     no       paid!
pay,one             part      paid! paid!   paid!   shipped =    no        shipped   =      more     paid!
pay,one,return      part      paid! paid!   paid!   shipped =    no        shipped   more   more     paid!
pay,fulfill         shipped   paid! paid!   paid!   no      no   delivered no        =      returned paid!
pay,one,fulfill     shipped   paid! paid!   paid!   no      no   delivered no        =      returned paid!
pay,fulfill,deliver delivered paid! paid!   paid!   no      no   no        no        =      returned paid!
pay,fulfill,all     returned  paid! paid!   paid!   no      no   no        no        no     no       paid!
cancel              cancelled gone  gone    gone    gone    gone gone      gone      gone   gone     gone
pay,cancel          cancelled gone  gone    gone    gone    gone gone      gone      gone   gone     gone
pay,one,cancel      shipped   paid! paid!   paid!   no      no   delivered no        returned more   paid!
"""
PREPAID = """
way     leads_to pay reserve release fulfill one  deliver cancel    return all extend
reserve proc     =   late    draft   owes    owes no      cancelled no     no  =
"""
ON_ACCOUNT = """
way                         leads_to  pay   reserve release fulfill one  deliver   cancel    return all      extend
reserve                     proc      =     late    draft   shipped part no        cancelled no     no       =
reserve,one                 part      =     late    no      shipped =    no        shipped   =      more     no
reserve,fulfill             shipped   =     late    no      no      no   delivered no        =      returned no
reserve,fulfill,deliver     delivered =     late    no      no      no   no        no        =      returned no
reserve,fulfill,return      shipped   =     late    no      no      no   delivered no        =      more     no
reserve,fulfill,all         returned  no    late    no      no      no   no        no        no     no       no
reserve,one,pay             part      paid! paid!   paid!   shipped =    no        shipped   =      more     paid!
reserve,fulfill,pay         shipped   paid! paid!   paid!   no      no   delivered no        =      returned paid!
reserve,fulfill,deliver,pay delivered paid! paid!   paid!   no      no   no        no        =      returned paid!
reserve,one,cancel          shipped   =     late    no      no      no   delivered no        returned more    no
reserve,one,cancel,pay      shipped   paid! paid!   paid!   no      no   delivered no        returned more    paid!
"""
IMMEDIATE_DEPOSIT = """
way             leads_to pay  deposit reserve release fulfill deliver cancel    return extend
reserve,deposit proc     paid =       late    no      no      no      cancelled no     none
"""
SHIPMENT_DEPOSIT = """
way                 leads_to  pay deposit reserve release fulfill one  deliver   cancel    return extend
reserve,deposit     proc      =   =       late    no      shipped part no        cancelled no     none
reserve,deposit,one part      =   =       late    no      shipped =    no        shipped   =      no
"""
WALKS = [
    (Fulfilment.IMMEDIATE, tuple(PaymentTerms), IMMEDIATE_DEPOSIT),
    (Fulfilment.SHIPMENT, (PaymentTerms.ON_ACCOUNT,), SHIPMENT_DEPOSIT),
    (Fulfilment.IMMEDIATE, tuple(PaymentTerms), IMMEDIATE),
    (Fulfilment.SHIPMENT, tuple(PaymentTerms), SHIPMENT),
    (Fulfilment.SHIPMENT, (PaymentTerms.PREPAID,), PREPAID),
    (Fulfilment.SHIPMENT, (PaymentTerms.ON_ACCOUNT,), ON_ACCOUNT),
]
REFUSALS = {
    "gone": "order_cancelled",
    "paid!": "order_already_paid",
    "late": "order_not_draft",
    "no": "transition_not_allowed",
    "owes": "order_not_paid",
    "more": "quantity_exceeds_remaining",
    "none": "hold_not_found",
}
SHORT = {"proc": Status.PROCESSING, "part": Status.PARTIALLY_SHIPPED}
KINDS = {"one": Kind.FULFILL, "all": Kind.RETURN, "deposit": Kind.PAY}
