"""Delivery reports in the words of real mail servers, for a mail with a given Message-ID."""

from __future__ import annotations


def postfix(
    message_id: str,
    *,
    status: str = "5.1.1",
    said: str = "550 5.1.1 <ana@obcina.example>: Recipient address rejected: User unknown in virtual mailbox table",
    action: str = "failed",
    returned: str = "message/rfc822",
) -> bytes:
    text = f"""From: MAILER-DAEMON@mx.obcina.example (Mail Delivery System)
To: cinnabar@idrija.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9C8F71A0.1795510000/mx.obcina.example"

--9C8F71A0.1795510000/mx.obcina.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--9C8F71A0.1795510000/mx.obcina.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.obcina.example
X-Postfix-Queue-ID: 9C8F71A0
Arrival-Date: Mon, 23 Nov 2026 08:00:01 +0100 (CET)

Final-Recipient: rfc822; ana@obcina.example
Original-Recipient: rfc822;ana@obcina.example
Action: {action}
Status: {status}
Remote-MTA: dns; mail.obcina.example
Diagnostic-Code: smtp; {said}

--9C8F71A0.1795510000/mx.obcina.example
Content-Description: Undelivered Message
Content-Type: {returned}

Message-ID: <{message_id}>
From: Cinnabar <cinnabar@idrija.example>
To: Ana <ana@obcina.example>
Subject: =?utf-8?q?Razpis_za_mlade=3A_rok_31=2E_marca?=
X-Cinnabar-Alert: {message_id.partition("@")[0]}

--9C8F71A0.1795510000/mx.obcina.example--
"""
    return text.replace("\n", "\r\n").encode()
