"""The worked examples of ICAO Doc 9303-11: D (basic access, secure messaging), F (active authentication), G (PACE).

Every command must be byte for byte the published one, given the published random numbers.
"""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from drivers.idcard.apdu import Answer
from drivers.idcard.emrtd import bac, chip, ciphers, commands, mrz, pace, security_infos
from drivers.idcard.emrtd.ciphers import AUTHENTICATION, ENCRYPTION, PASSWORD, SUITES, TRIPLE_DES
from drivers.idcard.emrtd.mrz import Access
from drivers.idcard.emrtd.parameters import CURVES, FIELDS
from drivers.idcard.emrtd.secure_messaging import SecureChannel

H = bytes.fromhex

D_INFORMATION = "L898902C<369080619406236"
G_INFORMATION = "T22000129364081251010318"


def script(*exchanges: tuple[str, str]):
    """A card that knows one conversation only."""
    left = list(exchanges)

    def transmit(command: bytes) -> bytes:
        expected, answer = left.pop(0)
        assert command == H(expected)
        return H(answer)

    return transmit


def dealt(*values: str):
    left = [H(value) for value in values]

    def random(size: int) -> bytes:
        value = left.pop(0)
        assert len(value) == size
        return value

    return random


class TestAppendixD:
    def test_d2_keys_of_the_page(self):
        access = Access.of_page(number="L898902C", birth=date(1969, 8, 6), expiry=date(1994, 6, 23))
        assert access.mrz_information == D_INFORMATION
        seed = hashlib.sha1(D_INFORMATION.encode()).digest()[:16]
        assert seed == H("239AB9CB282DAF66231DC5A4DF6BFBAE")
        assert TRIPLE_DES.derive(seed, ENCRYPTION) == H("AB94FDECF2674FDFB9B391F85D7F76F2")
        assert TRIPLE_DES.derive(seed, AUTHENTICATION) == H("7962D9ECE03D1ACD4C76089DCE131543")

    def test_d2_a_number_of_more_than_nine_characters(self):
        access = Access.of_page(number="D23145890734", birth=date(1934, 7, 12), expiry=date(1995, 7, 12))

        assert access.mrz_information == "D23145890734934071279507122"

    def test_d3_d4_basic_access_and_reading_of_ef_com(self):
        transmit = script(
            ("0084000008", "4608F919887022129000"),
            (
                "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
                "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000",
            ),
            ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "990290008E08FA855A5D4C50A8ED9000"),
            ("0CB000000D9701048E08ED6705417E96BA5500", "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"),
            (
                "0CB000040D9701128E082EA28A70F3C7B53500",
                "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
            ),
        )
        random = dealt("781723860C06C226", "0B795240CB7049B01C19B33E32804F0B")

        channel = bac.open_channel(transmit, D_INFORMATION, random=random)

        assert channel.ask(commands.select_file(0x011E)) == Answer(0x9000, b"")
        assert channel.ask(commands.read_on(0, expected=4)).data == H("60145F01")
        assert channel.ask(commands.read_on(4, expected=0x12)).data == H("04303130365F36063034303030305C026175")

    def test_d3_session_keys(self):
        seed = H("0036D272F5C350ACAC50C3F572D23600")

        assert TRIPLE_DES.derive(seed, ENCRYPTION) == H("979EC13B1CBFE9DCD01AB0FED307EAE5")
        assert TRIPLE_DES.derive(seed, AUTHENTICATION) == H("F1CB1F1FB5ADF208806B89DC579DC1F8")


class TestAppendixF:
    MESSAGE = H(
        "9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C98"
        "599F40B79F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD4E"
        "7292E2DCDA3024B47DA8"
    )
    REPRESENTATIVE = b"\x6a" + MESSAGE + H("C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127BC")
    CHALLENGE = H("F173589974BF40C6")

    def test_the_recovered_message_ends_with_our_challenge(self):
        assert chip.is_representative(self.REPRESENTATIVE, self.CHALLENGE)

    @pytest.mark.parametrize("at", [0, 1, 106, 107, 126, 127])
    def test_any_other_is_refused(self, at):
        changed = bytearray(self.REPRESENTATIVE)
        changed[at] ^= 0x01

        assert not chip.is_representative(bytes(changed), self.CHALLENGE)
        assert not chip.is_representative(self.REPRESENTATIVE, bytes(8))


class TestAppendixG:
    def test_key_of_the_password(self):
        password = pace.Password.of_mrz(G_INFORMATION)

        assert password.secret == H("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
        assert SUITES[2].derive(password.secret, PASSWORD) == H("89DED1B26624EC1E634C1989302849DD")
        nonce = SUITES[2].decrypt(H("89DED1B26624EC1E634C1989302849DD"), H("95A3A016522EE98D01E76CB6B98B42C3"))
        assert nonce == H("3F00C4D39D153F2B2A214A078D899B22")

    def test_g1_elliptic_curve(self):
        (info,) = security_infos.parse(H("31143012060A04007F0007020204020202010202010D")).pace
        assert (info.group, info.suite) == (CURVES[13], ciphers.Aes(16))
        transmit = script(
            ("0022C1A40F800A04007F00070202040202830101", "9000"),
            ("10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000"),
            (
                "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
                "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
                "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
                "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000",
            ),
            (
                "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
                "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
                "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
                "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000",
            ),
            ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000"),
        )
        random = dealt(
            "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
            "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
        )

        channel = pace.open_channel(transmit, info, pace.Password.of_mrz(G_INFORMATION), random=random)

        same = SecureChannel(
            transmit,
            info.suite,
            encryption_key=H("F5F0E35C0D7161EE6724EE513A0D9A7F"),
            mac_key=H("FE251C7858B356B24514B3BD5F4297D1"),
        )
        assert channel.protect(commands.select_application()) == same.protect(commands.select_application())

    def test_g1_mapping(self):
        curve = CURVES[13]
        theirs = curve.decode(
            H(
                "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
                "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
            )
        )
        shared = curve.agree(0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99, theirs)
        assert curve.encode(shared) == H(
            "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5"
            "0840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181"
        )
        mapped = curve.mapped(0x3F00C4D39D153F2B2A214A078D899B22, shared)
        assert curve.encode(mapped.generator) == H(
            "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2"
            "8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
        )

    def test_g2_prime_field(self):
        (info,) = security_infos.parse(H("31143012060A04007F00070202040102020102020100")).pace
        assert (info.group, info.suite) == (FIELDS[0], ciphers.Aes(16))
        transmit = script(
            ("0022C1A40F800A04007F00070202040102830101", "9000"),
            ("10860000027C0000", "7C128010854D8DF5827FA6852D1A4FA701CDDDCA9000"),
            (
                "10860000867C818381818023FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB1"
                "3D1DEBCE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF86274B93"
                "59BC0490D01B03AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C00",
                "7C818382818078879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4DA19"
                "E004706FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6"
                "783FE42C9F2449400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE69000",
            ),
            (
                "10860000867C8183838180907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D043"
                "69F29A02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147057871A9"
                "22212C5F67F43173172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D400",
                "7C8183848180075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F53820C42ADC"
                "79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005FBA7E3FA5DC41899238A250767A"
                "6D46DB974064386CD456743585F8E5D90CC8B4004B1F6D866C79CE0584E49687FF61BC29AEA19000",
            ),
            # The certification authority's name (87) is for terminals that go on to terminal authentication.
            ("008600000C7C0A8508B46DD9BD4D98381F00", "7C1B8608917F37B5C0E6D8D1870F4445544553544356434130303030339000"),
        )
        random = dealt("5265030F751F4AD18B08AC565FC7AC952E41618D", "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA")

        channel = pace.open_channel(transmit, info, pace.Password.of_mrz(G_INFORMATION), random=random)

        same = SecureChannel(
            transmit,
            info.suite,
            encryption_key=H("2F7F46ADCC9E7E521B45D192FAFA9126"),
            mac_key=H("805A1D27D45A5116F73C54469462B7D8"),
        )
        assert channel.protect(commands.select_application()) == same.protect(commands.select_application())


def test_part_3_check_digits():
    assert mrz.check_digit("520727") == "3"
    assert mrz.check_digit("AB2134<<<") == "5"
    assert mrz.check_digit("HA672242<") == "6"
