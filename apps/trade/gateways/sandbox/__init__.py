"""The other side of the local sandbox: the gateways' keys, their reading of our requests, their signed answers.

It is written from the gateways' documents and shares no signing code with the shop's own gateways, so that each is a
test of the other.
"""
