"""Follows an agency's feed over gRPC; reads, accepts, starts and completes each referral that arrives.

Usage: receive.py --cursor FILE [--count N]      (environment: GATEWAY, CA, CLIENT_ID, CLIENT_SECRET)

The number of the last notice dealt with lies in FILE, so a restart goes on where this one stopped. Stubs: see the page "Connecting
an agency's system". Nothing personal is printed.
"""
import argparse
import base64
import http.client
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import grpc
from tiltas.codes.v1 import codes_pb2 as codes
from tiltas.notification.v1 import notifications_pb2 as feed, notifications_pb2_grpc as feed_grpc
from tiltas.referral.v1 import referrals_pb2 as referrals, referrals_pb2_grpc as referrals_grpc

GATEWAY, CA = os.environ["GATEWAY"], os.environ["CA"]
LONGEST_PAUSE = 8
# Notices a gateway that is gone without a word, and does not let the time between attempts to reach it grow to minutes.
LINE = (("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 10_000), ("grpc.max_reconnect_backoff_ms", LONGEST_PAUSE * 1000))


class NoToken(Exception):
    """Why there is none, and how many seconds the gateway asks to wait."""

    def __init__(self, reason, seconds=0):
        super().__init__(f"no token: {reason}")
        self.seconds = seconds


class Token:
    """OAuth 2 client credentials, renewed a minute before it runs out."""

    def __init__(self):
        self.value, self.until = "", 0.0

    def metadata(self):
        if time.monotonic() > self.until:
            who = f'{os.environ["CLIENT_ID"]}:{os.environ["CLIENT_SECRET"]}'
            request = urllib.request.Request(
                GATEWAY + "/connect/token", urllib.parse.urlencode({"grant_type": "client_credentials"}).encode(),
                {"Authorization": "Basic " + base64.b64encode(who.encode()).decode()})
            try:
                with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=CA), timeout=30) as answer:
                    token = json.load(answer)
            except urllib.error.HTTPError as refused:
                if refused.code in (400, 401):
                    sys.exit(f"the gateway does not know this client or its secret (HTTP {refused.code})")
                seconds = refused.headers.get("Retry-After", "")
                raise NoToken(f"HTTP {refused.code}", int(seconds) if seconds.isdecimal() else 0) from refused
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise NoToken(error) from error
            self.value, self.until = token["access_token"], time.monotonic() + token["expires_in"] - 60
        return (("authorization", "Bearer " + self.value),)


def read_cursor(path):
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except FileNotFoundError:
        return 0


def keep_cursor(path, number):
    """In one step: a crash leaves the old number or the new one."""
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(str(number))
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def help_with(stub, token, referral_id):
    """Goes on from wherever the referral stands; so it may be done again after a crash."""
    call = {"metadata": token.metadata(), "timeout": 30}
    status = stub.GetReferral(referrals.GetReferralRequest(referral_id=referral_id), **call).referral.status
    if status in (codes.REFERRAL_STATUS_SUBMITTED, codes.REFERRAL_STATUS_ACKNOWLEDGED):
        dossier = stub.ReadDossier(referrals.ReadDossierRequest(referral_id=referral_id), **call)
        print(f"  {referral_id}: {len(dossier.given)} classes given, {len(dossier.withheld)} withheld", flush=True)
        status = stub.AcceptReferral(referrals.AcceptReferralRequest(referral_id=referral_id), **call).referral.status
    if status == codes.REFERRAL_STATUS_ACCEPTED:
        status = stub.StartService(referrals.StartServiceRequest(referral_id=referral_id), **call).referral.status
    if status == codes.REFERRAL_STATUS_IN_SERVICE:
        status = stub.CompleteReferral(
            referrals.CompleteReferralRequest(referral_id=referral_id, outcome=codes.OUTCOME_SERVICE_DELIVERED), **call).referral.status
    print(f"  {referral_id}: {codes.ReferralStatus.Name(status)}", flush=True)
    return status == codes.REFERRAL_STATUS_COMPLETED


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--cursor", required=True)
    options.add_argument("--count", type=int, default=0, help="end after so many referrals; 0 means never")
    options = options.parse_args()

    with open(CA, "rb") as file:
        channel = grpc.secure_channel(urllib.parse.urlsplit(GATEWAY).netloc, grpc.ssl_channel_credentials(file.read()), LINE)
    notifications, stub, token = feed_grpc.NotificationsStub(channel), referrals_grpc.ReferralsStub(channel), Token()
    # A notice that the line broke on is seen again, and its referral counts once.
    done, pause = set(), 1
    while True:
        try:
            after = read_cursor(options.cursor)
            for event in notifications.Subscribe(feed.SubscribeRequest(after=after), metadata=token.metadata()):
                pause = 1
                if event.WhichOneof("event") != "notice":
                    continue
                notice = event.notice
                print(f"{notice.sequence} {codes.NoticeKind.Name(notice.kind)}", flush=True)
                if notice.kind == codes.NOTICE_KIND_REFERRAL_SUBMITTED:
                    try:
                        if help_with(stub, token, notice.referral_id):
                            done.add(notice.referral_id)
                    except grpc.RpcError as refused:
                        # What the rules refuse will be refused again; everything else is tried again from this notice on.
                        if refused.code() not in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND):
                            raise
                        print(f"  refused: {refused.details()}", flush=True)
                    notifications.ReportActed(feed.ReportActedRequest(sequence=notice.sequence), metadata=token.metadata(), timeout=30)
                keep_cursor(options.cursor, notice.sequence)
                if options.count and len(done) >= options.count:
                    return
            pause = 1
        except (grpc.RpcError, NoToken) as error:
            # What is away comes back. Of RESOURCE_EXHAUSTED the longest that RetryInfo asks for is 5 seconds.
            refusal = error.code() if isinstance(error, grpc.RpcError) else None
            if refusal in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNIMPLEMENTED):
                sys.exit(f"the network does not take what this program sends ({refusal.name}: {error.details()})")
            wait = max(pause, 5 if refusal == grpc.StatusCode.RESOURCE_EXHAUSTED else getattr(error, "seconds", 0))
            print(f"the line broke ({refusal.name if refusal else error}); again in {wait} s", file=sys.stderr, flush=True)
            time.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)
            token.until = 0.0


main()
