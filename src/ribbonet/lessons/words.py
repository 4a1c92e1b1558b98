"""A small dictionary of English words with a sound for each letter, in NETtalk's notation."""

from __future__ import annotations

_LIST = """
cat k@t cap k@p can k@n cot kat cup k^p cut k^t come k^m- coat ko-t cow kW- corn korn city sIti
cell sEl- cent sEnt ice As- face fes- mice mAs- rice rAs- nice nAs- place ples- chin C-In chip
C-Ip chat C-@t much m^C- such s^C- rich rIC- each i-C- chain C-e-n ship S-Ip shop S-ap shut S-^t
fish fIS- dish dIS- wish wIS- cash k@S- shape S-ep- shine S-An- thin T-In thick T-Ik- bath b@T-
path p@T- math m@T- this D-Is that D-@t then D-En them D-Em bat b@t bad b@d bag b@g hat h@t hand
h@nd land l@nd sand s@nd man m@n map m@p lamp l@mp bake bek- cake kek- lake lek- make mek- take
tek- name nem- same sem- game gem- gate get- late let- bet bEt bed bEd red rEd ten tEn men mEn
pen pEn best bEst test tEst desk dEsk nest nEst bit bIt big bIg pig pIg sit sIt six sIX milk
mIlk list lIst wind wInd print prInt bite bAt- kite kAt- time tAm- line lAn- nine nAn- five fAv-
like lAk- bike bAk- smile smAl- wide wAd- hot hat not nat dog dag pot pat stop stap pond pand
lost lcst box baX bone bon- home hom- note not- rose roz- hope hop- nose noz- stone ston- hole
hol- but b^t run r^n sun s^n bus b^s duck d^k- lunch l^nC- jump J^mp hunt h^nt lute lut- rude
rud- rule rul- June Jun- tune tun- meet mi-t feet fi-t tree tri- green gri-n sheep S-i-p sleep
sli-p week wi-k see si- moon mu-n food fu-d room ru-m soon su-n school sk-u-l book bU-k look
lU-k good gU-d bread brE-d head hE-d read ri-d eat i-t tea ti- team ti-m dream dri-m rain re-n
train tre-n paint pe-nt day de- play ple- say se- boat bo-t road ro-d soap so-p know -no- knee
-ni- knife -nAf- night nA--t light lA--t right rA--t high hA--
"""

WORDS = {
    word.lower(): sounds
    for word, sounds in zip(_LIST.split()[::2], _LIST.split()[1::2], strict=True)
}
"""The sounds of each word, as many as it has letters; ``-`` for a silent one."""
