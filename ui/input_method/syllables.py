"""The syllables of Mandarin as they are typed (ü is v), and how a run of letters falls into them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_TABLE = """
a ai an ang ao
ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu
ca cai can cang cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan
chuang chui chun chuo ci cong cou cu cuan cui cun cuo
da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui dun duo
e ei en eng er
fa fan fang fei fen feng fo fou fu
ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo
ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo
ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun
ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo
la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu lo long lou lu luan lue lun luo lv lve
ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu
na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nue nun nuo nv nve
o ou
pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu
qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun
ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo
sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan
shuang shui shun shuo si song sou su suan sui sun suo
ta tai tan tang tao te tei teng ti tian tiao tie ting tong tou tu tuan tui tun tuo
wa wai wan wang wei wen weng wo wu
xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun
ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun
za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai
zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""
SYLLABLES = frozenset(_TABLE.split())
BEGINNINGS = frozenset(syllable[:length] for syllable in SYLLABLES for length in range(1, len(syllable) + 1))
INITIALS = frozenset(syllable[0] for syllable in SYLLABLES) | {"zh", "ch", "sh"}
LONGEST = max(map(len, SYLLABLES))


def plain(letters: str, *, limit: int) -> str:
    """Only a to z and single apostrophes behind letters, at most `limit` of them; ü becomes v, after j, q, x, y u."""
    folded = unicodedata.normalize("NFKC", letters).casefold().replace("ü", "v").replace("’", "'")
    kept = ""
    for character in folded:
        if len(kept) == limit:
            break
        if character == "'":
            kept += "'" if kept and kept[-1] != "'" else ""
        elif "a" <= character <= "z":
            kept += "u" if character == "v" and kept[-1:] in {"j", "q", "x", "y"} else character
    return kept


@lru_cache(maxsize=2000)  # of the syllables of the dictionary, not of what is typed
def without_tone(reading: str) -> str:
    """`lǜ` as `lv`; "" for the few readings that are no syllable (hm, ng)."""
    letters = ""
    for character in unicodedata.normalize("NFD", reading):
        if character == "\u0308":
            letters = f"{letters[:-1]}v"
        elif not unicodedata.combining(character):
            letters += character
    return letters if letters in SYLLABLES else ""


def cut(letters: str, count: int) -> tuple[str, ...]:
    """The letters as exactly `count` syllables, () when they cannot be; long syllables first."""
    if count == 0 or not letters:
        return ()
    for length in range(min(LONGEST, len(letters)), 0, -1):
        if letters[:length] in SYLLABLES:
            if count == 1 and length == len(letters):
                return (letters,)
            rest = cut(letters[length:], count - 1)
            if rest:
                return (letters[:length], *rest)
    return ()
