#pragma once

#include <string_view>

/// Keys and tokens that others made: RFC 7515 appendix A.1 to A.3, and PyJWT, whose private keys were thrown away.
/// PyJWT's tokens carry {sub: alice@example.com, session_id: tab1, tier: pro, iat: 1700000000, exp: 1700003600}.
namespace subd::auth::test {

inline constexpr std::string_view kSecret = "0123456789abcdef0123456789abcdef-a-test-secret-of-64-bytes-in-al";

inline constexpr std::string_view kRsaPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqEWzrhM0ocUEPMIy1SLv\n"
    "00Jy4xR7nxAIe1n8F4r85PCuhvRzGsmxRlAPiLV9z7aJAYuSaUCIJlMGq1UtchMt\n"
    "TCTHyF4CpsQSs2nFCuMzAU27xgOZ1Zr5GmsUpxbnHaQzvnKc8uy1yx5otApvE8hz\n"
    "mte4Yh4N6Zsk9obXWqTV3KlRb1OkNBsR2uW6yKGetwIdYtzNXlmmO2MKu1uI1t2X\n"
    "Qq4pMo6KXo2VhsXxDWY6UEL3b1H8Qp+sZKsMnUZXKyzN5JujVS1nPva8reacvOJ/\n"
    "CnrpyLcgIg3F1rm3dVl/TGRGjOa1cS5xVQOs8VC42p/kSWtrBVWyq/n4tKg5ApTJ\n"
    "9QIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr std::string_view kOtherRsaPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkhwVM8zGjzv6za/r9Asb\n"
    "FfI+WNbOaEd7sANVH+clP8Ev010vaEgrgeEeuTOZWs5sKgGhrQbM4gn8JsojRjNG\n"
    "1XnBKF9t1skRtoEpcv3zkCqHTS4xexXdnTEuufUotCWqbN9PyrHh4ElSZgpKpitx\n"
    "7XPMZisBNtTA+61rLhrVbMn7CR4Lc1/A4utJzQWmPUYCBLL/VjQKE2twal67nHPb\n"
    "F/bmbjhxJ4ELLENP9rqW1BpDRgCkt4K+ozaoUn7DuOPUm9sIvp4XJ2hPp0pgEId1\n"
    "tqayRCN2a3ZP0aM64lyWlD1e7ABuMXTA59pb5/R2X7fHOgVJPkQvN8/TU32iRxmR\n"
    "cwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr std::string_view kSmallRsaPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDfs4l1LsUEQZIagTP6F06HOwDb\n"
    "n8Ubf9p8Mj7Tf4mN2hoODPIz2p9Du4DTDfVvItUT5+if7XdJntjyt/eopQUcEJLu\n"
    "Dhy9ezZO9kfx0aa0iIrpS2eqPC+KNnl7h5GBrP4ZgOtK3gtxXaW4X24KcXbH9eXY\n"
    "n9QlpwhSPPAYTCyxOwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr std::string_view kEcPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuXnBA3SNnkMS7fusE612Fkz9IVE/\n"
    "MBdT4M+jNPXwsQJB3AeWdQQ2nO74dhrGRXwIOxMUP8zTD+EbarTD0AYAEw==\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr std::string_view kP384PublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEEpryzCx5pM8RJLkBAi8d+CcwmCbV+vYh\n"
    "fs9j+KY7OIBU9OlaQGbjFdo8+25AtGpNzMUZTowsTdG7Xlv+IBIej6N5MBzhKyto\n"
    "FBHuaMxNXhv8JW4t//RsCn9Kp1WuecKW\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr std::string_view kEd25519PublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAQdlayfFRaKHhQiQJ9ctlLef+JPGA4iWobbXCBhqInx0=\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr std::string_view kHs256Token =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3Npb25faWQiOiJ0YWIxIiw"
    "idGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.F1lYR9bOuKqmSRKdMgmooMu_yJuewjNFJ6ow"
    "RWOhfDw";

inline constexpr std::string_view kHs384Token =
    "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3Npb25faWQiOiJ0YWIxIiw"
    "idGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.nTKDg2uMr1MsvBtwblKMZVwS2GyxGZp2qYSq"
    "Cy5gtXVVyo72t1i9toHgqsPi20uC";

inline constexpr std::string_view kHs512Token =
    "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3Npb25faWQiOiJ0YWIxIiw"
    "idGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.XhADg7ewKUxqLDKSGxFaEabPLW1imK6Zjw8S"
    "_sSFPWPP7q7DCo0W8Lo_FRuj-6_tDn6c_qor3CoUhR5m5V--xg";

inline constexpr std::string_view kRs256Token =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3Npb25faWQiOiJ0YWIxIiw"
    "idGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.a3QMi_FDPyTUxqtePp4TQ02_1PwRAH19P8y6"
    "VjeVKch58FxOF2GMZEKhCzVERLUDlCFYr_5FdWvPAcoVa3ecBCP5Yyp0qBlBu3tTVZlKtK4gRb7pQ1TnTW8E_w9nY8rRuMTRjlLq"
    "SuBvAqlsuJ3CbouMavXAoNQFXdC5ltZeo1htioxcCfj_XuBV_h-uiDdEi4VPxcU89d8AqVs12JGu4B8SdO_pmCHydi00ZqVzXfF1"
    "SzgxyvBGVCiccvCXUdtHohaueMoQUVEgAozgLT9hE6OGdYo8J-lDkObPOl2e0LeSniRLSKM2egrgBuCp7FthmAonurNGxvJAX6wX"
    "qzGdTg";

inline constexpr std::string_view kRs384Token =
    "eyJhbGciOiJSUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3Npb25faWQiOiJ0YWIxIiw"
    "idGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.Y7iMRUIWlVvAUzEd8u3-di210lHyOCIsrgsl"
    "7BZEdDPb-uFkHr4LDUxDiCYuDAVyJk-J2p_B3cRxI5nv84oYO2Lx7QoN5qg_XJ9-ICTG7SXJYCaHJYSvxqYx_BSBJFQo0WpQ7FPP"
    "_3FI8Y3qmtQfbj21a30C6oucYqLBJuR0cN4o6k6zbZ2dZCuTRDkoDOqBcaD99asqtaZ3_Wh9qS9WchGW_IHHD25BsC8-TMrno87e"
    "VGxGklmTVg63k2XZvwWS8yuvQn55SqEwECJqU8UCfIDOVE2ydlJF2NLNsJOK0yViM25De8Oi00A9u-4SBkDZEVgx5U0tghPH1GlH"
    "QhbY_A";

inline constexpr std::string_view kPs256Token =
    "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3Npb25faWQiOiJ0YWIxIiw"
    "idGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.gWeKU11pOHNnBHlbqXEaO7ldnxDzgXRnKlJG"
    "lErN_bSqEqLvwgK7Iq0vCuCpuDgJY_-DbpvJOvdT0QvV6yTHcUf_tQ2RtP9pHPVOLrHoBX9IBxHMjdgGq4h8GUHpu-8NHIPnXEWr"
    "TRFO3tVru42NlKzFSb-Bp8U00LA_Ffs10NkhZHVTFJAKhp5X-nYldhUsl6dEHI6UsrZMdzv7bQbIU4w_QJerusWopANQQMgQI6Uy"
    "ql2q51G-PepfCXfPczcot5TJYGYVeVXNt0O2bvov8opTEQnY9mO4qDQ7b9F1H0xjp94vWPi2kyPma-NkDo2KiWJ_ggfiRgx2MLFd"
    "ihzXoQ";

inline constexpr std::string_view kRs256TokenWithKid =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjIwMjQtYSIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3N"
    "pb25faWQiOiJ0YWIxIiwidGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.V6aqP2vvXVz34-5v"
    "-W65zcnG_wpbntUvICnNteutrgPX_7CwvdK_QlBsuz2cz0ImaUnz25z0BheZ_9NC54qziIOkroqv9WhAC70uRYwnUsrNMj26Yncm"
    "fn8TvsQI_YtoCYv9HRvHlmahjTCNLcmvewUzdGsMBc7KvN_dMjgw76EAwnRen8iPMfiM0YU9-lAhuYq0J5y5mz68REQeR6MfE0Yq"
    "t_Efk5f6mH9sJ8jRpjC7RaYS3mYPyKNVY7fy8uT6D_7Hq9lgwG1W0xixj5i73Ml5NoQOgFdyeTBjlaVOc8WCEWjGg1VKpDSJ8tKZ"
    "CdAIgpa32xy2fU9lKBW1OkHTrw";

inline constexpr std::string_view kEs256Token =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3Npb25faWQiOiJ0YWIxIiw"
    "idGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.hCOze5WpW9urpBvnj1AsDTHz_ugGjd8JxVdk"
    "720sXtssf7lrvl5VnoZmWf_WSroaZKB4_-1XfgswtSUyAS2tFg";

inline constexpr std::string_view kEs384Token =
    "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3Npb25faWQiOiJ0YWIxIiw"
    "idGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.HuppwOJCT5z_xCzx9UO7Md7ZEfr_ew-zWKz-"
    "J8ZtXgTXpoNojvTKRt0yOq416iQJ5hmfZbQq6IEzdur-vHf3akuJqGXxvKSGCUexKQxKTkjMTytzebZUoqcLlfi85K5s";

inline constexpr std::string_view kNoneToken =
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZUBleGFtcGxlLmNvbSIsInNlc3Npb25faWQiOiJ0YWIxIiwi"
    "dGllciI6InBybyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.";

inline constexpr std::string_view kHs256TokenSignedWithRsaPublicPem =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiAiYWxpY2VAZXhhbXBsZS5jb20iLCAic2Vzc2lvbl9pZCI6ICJ0YWI"
    "xIiwgInRpZXIiOiAicHJvIiwgImlhdCI6IDE3MDAwMDAwMDAsICJleHAiOiAxNzAwMDAzNjAwfQ.6omDGcvCSDXcvhlwWWTpdriK"
    "ESUg4cEG4UJN1rbiByU";

inline constexpr std::string_view kEs256TokenWithDerSignature =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiAiYWxpY2VAZXhhbXBsZS5jb20iLCAic2Vzc2lvbl9pZCI6ICJ0YWI"
    "xIiwgInRpZXIiOiAicHJvIiwgImlhdCI6IDE3MDAwMDAwMDAsICJleHAiOiAxNzAwMDAzNjAwfQ.MEQCIBY07i8YaU8H-koRM3jF"
    "6EUZSUqmSXBFy6cfvgMiyltnAiBlF4CgceKyxt_Ofc6pBs8j6PFZDC7IrHfrByhC6uKE3A";

inline constexpr std::string_view kRfc7515Hs256Token =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9"
    "leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

inline constexpr std::string_view kRfc7515Rs256Token =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19"
    "yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt"
    "_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI"
    "8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

inline constexpr std::string_view kRfc7515Es256Token =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19"
    "yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU"
    "1Q";

inline constexpr std::string_view kRfc7515SecretBase64Url =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

inline constexpr std::string_view kRfc7515RsaPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj\n"
    "NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz\n"
    "P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo\n"
    "9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB\n"
    "EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX\n"
    "FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp\n"
    "oQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr std::string_view kRfc7515EcPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
    "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END PUBLIC KEY-----\n";

}  // namespace subd::auth::test
