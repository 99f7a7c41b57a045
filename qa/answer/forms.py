"""Irregular forms of English verbs, and words of the news that mean about the same.

The groups are general newspaper English: ranks, casualties, trade, votes, courts, weather. A word belongs to the first group that
names it.
"""

from __future__ import annotations

_IRREGULAR_TEXT = """
arise/arose/arisen awake/awoke become/became begin/began/begun bite/bit/bitten blow/blew/blown break/broke/broken
bring/brought build/built burn/burnt burst buy/bought catch/caught choose/chose/chosen come/came deal/dealt dig/dug
do/did/done draw/drew/drawn drink/drank/drunk drive/drove/driven eat/ate/eaten fall/fell/fallen feed/fed
feel/felt fight/fought find/found flee/fled fly/flew/flown forbid/forbade/forbidden forget/forgot/forgotten
freeze/froze/frozen get/got give/gave/given go/went/gone grow/grew/grown hang/hung have/had hear/heard hide/hid/hidden
hold/held keep/kept know/knew/known lay/laid lead/led leave/left lend/lent lose/lost make/made mean/meant meet/met
pay/paid plead/pled ride/rode/ridden ring/rang/rung rise/rose/risen run/ran say/said see/saw/seen seek/sought
sell/sold send/sent shake/shook/shaken shoot/shot sing/sang/sung sink/sank/sunk sit/sat sleep/slept speak/spoke/spoken
spend/spent stand/stood steal/stole/stolen strike/struck/stricken swear/swore/sworn sweep/swept swim/swam take/took/taken
teach/taught tear/tore/torn tell/told think/thought throw/threw/thrown understand/understood wake/woke win/won
withdraw/withdrew/withdrawn write/wrote/written kneel/knelt overthrow/overthrew/overthrown undergo/underwent
retake/retook/retaken undertake/undertook
"""
BASE = {
    form: base for base, *forms in (line.split("/") for line in _IRREGULAR_TEXT.split()) for form in forms
}
"""`sank` and `sunk` are of `sink`."""

SYNONYMS_TEXT = """
troops soldiers servicemen servicemembers servicewomen personnel
instructors trainers
weapons arms armaments weaponry
equipment gear hardware supplies
arrive reach land
leave left depart withdraw withdrew withdrawn withdrawal departure
kill dead die death deaths died killed slain fatalities fatality drown drowned perish toll
injure wounded hurt injury injuries
company firm corporation business
president leader head chair govern rule
minister secretary official
purchase buy bought acquire acquisition acquired takeover
price cost pay paid
win won victory winner victorious
lose lost defeat loss
begin began start started begun launch launched open opened liftoff lift-off
end ended finish finished conclude
attack assault strike raid
protest demonstration rally march
arrest detained detain arrested
resign resignation quit
remove removed removal oust ousted overthrow overthrown overthrew topple toppled depose deposed
raise increase rise rose risen grow grew grown climb climbed hike
cut reduce reduction decrease slash slashed fall fell fallen drop dropped
law legislation bill
vote ballot election elect elected
fire blaze wildfire
storm hurricane cyclone typhoon
police officers cops
virus outbreak pandemic covid coronavirus
film movie
show series
agreement deal pact accord treaty
court judge ruling
say state announce declare
visit travel travelled traveled trip
aircraft plane airplane jet
car vehicle automobile
automaker carmaker
employee worker staff
percent percentage %
build built construct constructed
establish established founded founder
large big huge
doctor physician
child children kid kids
woman women
man men
country nation
ban prohibit outlaw
hold held take took
speak spoke speech
sing singer artist musician
replace succeed successor replacement
appoint appointment nominate nomination
sack dismiss dismissal
negotiate broker mediate mediation
release free freed liberate
jail prison imprison imprisonment
convict conviction guilty
accuse allege allegation accusation
charge indict indictment
reject refuse refusal decline rebuff
accept approve approval endorse
postpone delay defer postponement
cancel scrap cancellation
close shut closure shutdown
rescue save
recover retrieve recovery
steal theft thief thieves rob robbery robber burglar burglary loot
investigate investigation probe inquiry enquiry
fault defect malfunction fail failure
earthquake quake tremor
ship vessel boat
truck lorry
hospital clinic
vaccine vaccinate vaccination jab immunise immunisation
fine penalty penalise
compensation payout
money cash fund sum
share stake
shareholder investor
bid offer proposal
evacuate evacuation
missing disappear vanish disappearance
harbour harbor port dock
road highway motorway
student pupil schoolchild
pollute pollution contaminate contamination taint
ill illness sick sickness disease
scientist researcher
discover discovery find
game match fixture
prize award
director filmmaker
hack breach hacker
customer client
satellite spacecraft
border frontier
army military
rebel insurgent
coup putsch
sanction embargo
ceasefire truce
permit licence license
bank lender
damage destroy destruction wreck
repair fix mend
choose select selection pick
promise pledge vow
demand request
lawyer attorney solicitor barrister
marry marriage wedding
employ hire recruit
deep depth
high height tall
old age aged
weigh weight heavy
warn warning
threat threaten
job role headcount
spokesman spokesperson spokeswoman
walkout stoppage
"""
