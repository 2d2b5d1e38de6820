"""Client code as integrators have it: it knows imin's address and a key of its own, and nothing of any test."""

import asyncio
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import aiohttp
import httpx
import httpx2
import requests
import trio
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from tests.serving import PATIENCE

IMIN = "https://book.imin.co"
PATH = "/api/v2/order-items?customerIdentifier=asha"
LIVE = "0123456789abcdef0123456789abcdef"
Headers = dict[str, str]
Get = Callable[[str, Headers], tuple[int, bytes]]


def with_urllib(url: str, headers: Headers) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def _http_client(url: str, headers: Headers) -> tuple[int, bytes]:
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(host, timeout=PATIENCE)
    try:
        connection.request("GET", f"/{path}", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _urllib3(url: str, headers: Headers) -> tuple[int, bytes]:
    with urllib3.PoolManager() as pool:
        answer = pool.request("GET", url, headers=headers, retries=False)
        return answer.status, answer.data


def _urllib3_tunnel(url: str, headers: Headers) -> tuple[int, bytes]:
    with urllib3.ProxyManager("http://127.0.0.1:9") as pool:
        answer = pool.request("GET", url, headers=headers, retries=False)
        return answer.status, answer.data


def with_requests(url: str, headers: Headers, **options: Any) -> tuple[int, bytes]:
    answer = requests.get(url, headers=headers, timeout=PATIENCE, **options)
    return answer.status_code, answer.content


def _retrying_requests(url: str, headers: Headers) -> tuple[int, bytes]:
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=Retry(total=2, status_forcelist=[503])))
        answer = session.get(url, headers=headers, timeout=PATIENCE, proxies={"https": "http://127.0.0.1:9"})
        return answer.status_code, answer.content


def _httpx(library: Any, **options: Any) -> Get:
    def get(url: str, headers: Headers) -> tuple[int, bytes]:
        with library.Client(**options) as client:
            answer = client.get(url, headers=headers)
            return answer.status_code, answer.content

    return get


def _httpx_later(library: Any, run: Callable[[Any], Any], **options: Any) -> Get:
    def get(url: str, headers: Headers) -> tuple[int, bytes]:
        async def ask() -> tuple[int, bytes]:
            async with library.AsyncClient(**options) as client:
                answer = await client.get(url, headers=headers)
                return answer.status_code, answer.content

        got: tuple[int, bytes] = run(ask)
        return got

    return get


def _aiohttp(url: str, headers: Headers, **options: Any) -> tuple[int, bytes]:
    async def ask() -> tuple[int, bytes]:
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers, **options) as answer:
            return answer.status, await answer.read()

    return asyncio.run(ask())


def _in_asyncio(ask: Any) -> Any:
    return asyncio.run(ask())


CLIENTS: dict[str, Get] = {
    "urllib.request": with_urllib,
    "http.client": _http_client,
    "urllib3": _urllib3,
    "urllib3 through a proxy": _urllib3_tunnel,
    "requests": with_requests,
    "requests with options": lambda url, headers: with_requests(
        url, headers, verify=False, cert=("no", "such"), proxies={"https": "http://127.0.0.1:9"}
    ),
    "requests with retries": _retrying_requests,
    "httpx": _httpx(httpx),
    "httpx with options": _httpx(httpx, verify=False, proxy="http://127.0.0.1:9"),
    "httpx in asyncio": _httpx_later(httpx, _in_asyncio),
    "httpx in trio": _httpx_later(httpx, trio.run),
    "httpx2": _httpx(httpx2),
    "httpx2 in asyncio": _httpx_later(httpx2, _in_asyncio),
    "httpx2 in trio": _httpx_later(httpx2, trio.run),
    "aiohttp": _aiohttp,
    "aiohttp with options": lambda url, headers: _aiohttp(url, headers, ssl=False, proxy="http://127.0.0.1:9"),
}
