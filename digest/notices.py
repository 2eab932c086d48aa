"""One issue while something is wrong: opened, kept up to date, closed when it is over.

It speaks GitHub's REST interface (https://docs.github.com/rest/issues).  The issue
is known by a label, so that there is one and not one a day, and somebody who closes
it by hand gets it again only when something is wrong the next time.
"""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from digest.errors import DigestError

LABEL = "change-digest"
"""By which the issue is found again."""
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}")
_TITLE = "The digest needs a look"
_ACCEPTED = 300
_LONGEST = 60_000
"""GitHub takes 65,536 characters."""
_LONGEST_ANSWER = 10_000_000


class NoticeError(DigestError):
    """The issue could not be read or written."""


class Forge(msgspec.Struct, frozen=True):
    """A repository's issues.

    Arguments:
        api: address of the REST interface, ``https://api.github.com`` for GitHub itself.
        repository: ``owner/name``.
        token: with leave to write issues.
    """

    api: str
    repository: str
    token: str
    timeout: float = 30.0

    def __repr__(self) -> str:
        return f"{type(self).__name__}(api={self.api!r}, repository={self.repository!r})"

    def tell(self, body: str | None) -> str:
        """Let the issue say what is wrong, or that nothing is.

        Arguments:
            body: what is wrong, in Markdown; None where nothing is.

        Returns:
            What was done, for a person.

        Raises:
            NoticeError: the forge did not answer, or refused.
        """
        if not _NAME.fullmatch(self.repository):
            raise NoticeError(f"{self.repository!r} is not a repository such as owner/name")
        found = self._ask("GET", f"/issues?labels={LABEL}&state=open&per_page=100")
        ours = [
            item
            for item in found
            # To GitHub, a pull request is an issue too.
            if isinstance(item, dict) and "pull_request" not in item
        ]
        ours.sort(key=lambda item: int(item["number"]))
        if body is None:
            for item in ours:
                comment = {"body": "The last run found nothing wrong any more."}
                self._ask("POST", f"/issues/{int(item['number'])}/comments", comment)
                change = {"state": "closed", "state_reason": "completed"}
                self._ask("PATCH", f"/issues/{int(item['number'])}", change)
            return f"{len(ours)} closed" if ours else "nothing to tell"
        text = body if len(body) <= _LONGEST else body[: body.rfind("\n", 0, _LONGEST)] + "\n\n…\n"
        if ours:
            number = int(ours[0]["number"])
            if ours[0].get("body") == text:
                return f"#{number} says so already"
            self._ask("PATCH", f"/issues/{number}", {"title": _TITLE, "body": text})
            return f"#{number} brought up to date"
        made = self._ask("POST", "/issues", {"title": _TITLE, "body": text, "labels": [LABEL]})
        return f"#{int(made['number'])} opened"

    def _ask(self, method: str, path: str, data: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - as it comes
        address = urlsplit(self.api)
        secure = address.scheme == "https"
        if not secure and address.hostname not in {"127.0.0.1", "localhost"}:
            raise NoticeError(f"{self.api!r} is no https:// address")
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(address.hostname or "", address.port, timeout=self.timeout)
        what = f"{method} {path.partition('?')[0]} of {self.repository}"
        try:
            connection.request(
                method,
                f"{address.path.rstrip('/')}/repos/{self.repository}{path}",
                body=json.dumps(data).encode() if data is not None else None,
                headers={
                    "Accept": "application/vnd.github+json",
                    "Authorization": f"Bearer {self.token}",
                    "Content-Type": "application/json",
                    "User-Agent": "change-digest",
                    "X-GitHub-Api-Version": "2022-11-28",
                },
            )
            # A redirect is not followed: the token is for this host alone.
            answer = connection.getresponse()
            content = answer.read(_LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise NoticeError(f"{what}: the forge cannot be reached") from error
        finally:
            connection.close()
        if answer.status >= _ACCEPTED:
            hint = "does the token have leave to write issues?"
            raise NoticeError(f"{what}: the forge answered {answer.status}; {hint}")
        try:
            return json.loads(content)
        except ValueError as error:
            raise NoticeError(f"{what}: the forge's answer cannot be read") from error
