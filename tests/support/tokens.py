"""A stand-in for a user pool's token signer: its keys, and tokens that can be right or wrong in every part."""

import time
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwk, jwt

ISSUER: Final = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_POOL"
ADMIN_CLIENT: Final = "admin-client"
USER_CLIENT: Final = "user-client"
LINK_CLIENT: Final = "link-client"


class SigningKey:
    """One RSA key of a pool, under its key id."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private_pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        # Reading the key takes ten times as long as signing with it.
        self._private_key = jwk.construct(private_pem, "RS256")
        self.public_pem = (
            key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    @property
    def jwk(self) -> dict[str, Any]:
        public: dict[str, Any] = jwk.construct(self.public_pem, "RS256").to_dict()
        return {**public, "kid": self.kid, "use": "sig"}

    def sign(self, claims: Mapping[str, Any]) -> str:
        signed: str = jwt.encode(dict(claims), self._private_key, algorithm="RS256", headers={"kid": self.kid})
        return signed


def key_set(*keys: SigningKey) -> dict[str, Any]:
    return {"keys": [key.jwk for key in keys]}


def access_claims(person_id: str = "ana", *groups: str, **changed: Any) -> dict[str, Any]:
    """The claims of a good access token; a change to None takes the claim out."""
    now = int(time.time())
    claims = {
        "sub": person_id,
        "username": person_id,
        "iss": ISSUER,
        "client_id": ADMIN_CLIENT,
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "iat": now,
        "exp": now + 3600,
        "jti": "d3b0",
        "cognito:groups": list(groups),
        **changed,
    }
    return {name: value for name, value in claims.items() if value is not None}


def id_claims(person_id: str = "ana", **changed: Any) -> dict[str, Any]:
    """The claims of a good id token of the sign-in with nonce `n-1`; a change to None takes the claim out."""
    now = int(time.time())
    claims = {
        "sub": person_id,
        "iss": ISSUER,
        "aud": LINK_CLIENT,
        "token_use": "id",
        "nonce": "n-1",
        "email": f"{person_id}@example.com",
        "email_verified": True,
        "iat": now,
        "exp": now + 3600,
        **changed,
    }
    return {name: value for name, value in claims.items() if value is not None}
