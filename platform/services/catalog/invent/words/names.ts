/** Words that names of titles are made of. All lists of this folder are our own. */
import { list } from './list.ts';

export const adjectives = list(`
  amber ancient ashen bitter black blind borrowed bottomless brass bright broken brittle burning careful certain clever
  cold common copper counterfeit cracked crimson crooked crowded curious dark deep delicate diligent distant divided
  double drowned dry early electric elegant eleventh empty endless even eventual faithful false far faultless final
  first floating foolish foreign forgotten fourth fragile frozen gentle gilded glass golden good grateful great green
  grey half hard harmless haunted heavy hidden high hollow honest hungry idle impossible improper indigo inland
  innocent invisible iron ivory jealous kind large last late lazy leaden light little lonely long lost loud low lucky
  mechanical mild minor missing moonlit moral mute naked narrow nervous new nineteenth northern numbered obedient odd
  offshore old only open orderly ordinary orphaned other outer overdue painted pale paper parallel patient perfect
  perpetual pious plain poisoned polite poor porcelain private proper proud public pure quick quiet rare reckless red
  reluctant restless rising rough rusted sacred scarlet second secret sensible separate seventh shallow sharp shining
  short shy silent silver simple sixth slow small smiling smoking sober soft solemn solitary southern spare splendid
  stolen stone stormy strange stubborn sudden sunken sweet tall tame temporary tender thin third thirsty tidal tired
  tranquil true twin unfinished unlikely unlit unpaid unsent untold upper upright useful vacant vain velvet violet
  wandering warm weather weightless western white whole wicked wide wild windless winter wise wooden wrong yellow young`);

/** Nouns by the colour they give a title. Each is also a word of episodes' names. */
export const nouns = {
  land: list(`acre bay beach bluff boundary bridge brook canal canyon cape causeway cliff coast copse creek crossing delta
    desert dune field fjord floodplain ford forest garden glacier glen gorge grove gulf harbour headland heath hedgerow
    hill hollow horizon island isthmus lagoon lake ledge marsh meadow mesa mire moor mountain oasis orchard outcrop pass
    pasture path peninsula pier plain plateau pond prairie quarry rapids ravine reef ridge river road savannah shoal shore
    slope spring steppe strait summit swamp terrace thicket tide tideland trail tundra valley vineyard wash waterfall
    watershed well wharf woodland`),
  sky: list(`afternoon  autumn blizzard breeze cloud cloudburst comet constellation dawn daybreak  drizzle
    drought dusk east eclipse equinox evening  fog frost gale hail hour   lightning meridian midday
    midnight midsummer mist monsoon moon morning night noon north   planet rain rainbow satellite season
    shower sky sleet snow solstice south squall star storm summer sun sunday sunrise thaw thunder twilight west wind
    winter zenith`),
  things:
    list(`abacus accordion album alibi almanac anchor apron arrow atlas attic ballad balloon barometer basket beacon
    bell bicycle blanket bottle bouquet box bread bucket button cabinet cable calendar camera candle canvas carousel
    carpet cello ceiling chair chandelier chart chessboard chimney choir cipher clock coat coffin coin compass corridor
    cradle crane crown curtain deck diary dictionary door drawer dress drum elevator engine envelope fan fence ferry
    fiddle fiddlestick flag flute fountain frame furnace gallery gate ghostlight globe glove gramophone hammer handkerchief
    harp hat hourglass house inkwell inventory kettle key kite kitchen ladder lamp lantern ledger lens letter lighthouse
    lock locket loom lullaby machine map mask matchbox menu metronome mill mirror motor museum napkin needle newspaper
    notebook oar oven overcoat paintbrush parcel passport pendulum perfume piano pillow pocket portrait postcard puppet
    puzzle quilt radio railway raft receipt recipe ribbon ring roof room rope saddle sail salt scaffold scarf seat shirt
    shovel signal spoon staircase stamp station suitcase table teapot telegram telescope tent thread throne ticket tower
    train tray trumpet tunnel typewriter umbrella valise vault veil violin wagon wall wallet waltz wardrobe watch
    weathervane wheel whistle window wire workshop`),
  living: list(`ant badger bear bee beetle bird bramble buffalo butterfly camel canary carp cat cedar cicada clover cod
    cormorant cricket crow cuckoo cypress deer dog dolphin dove dragonfly eagle elm elephant falcon fern fig finch firefly
    fox gannet goat goose hare hawk hawthorn heron herring honeybee hornet horse hound ivy jackal jackdaw jasmine juniper
    kestrel kingfisher lark leopard lichen lilac lily lion lynx magnolia magpie mallow mantis marigold mole moth mule
    nettle nightingale oak octopus olive orchid osprey otter owl ox oyster panther parrot peacock pear pelican perch petrel
    pheasant pigeon pine plover plum pomegranate poppy quail quince rabbit ram raven reed robin rook rose salmon sandpiper
    seal sheep snail sorrel sparrow spider starling stork swallow swan swift sycamore thistle thrush tiger toad trout tulip
    turtle viper walnut wasp whale willow wolf wren`),
  dark: list(`accident accomplice alarm ambush apology argument ash auction bargain betrayal blood bone bribe burial burden
    case cellar chase confession conspiracy corpse courtroom cover crime curse danger death debt deception defence
    disappearance echo edge enemy escape evidence exile exit fall fear fever fire forgery fugitive funeral ghost grave
    grief guilt habit hostage hunger hunt impostor innocence intruder jury lie malice motive murder nightmare oath
    obituary obsession omen panic pardon pawn poison prisoner promise proof punishment pursuit ransom refuge regret
    remains reprisal revenge risk rival rumour sabotage secret sentence shadow silence sin smoke stranger surrender
    suspect suspicion target temptation testimony theft threat torment trace trap treason trial verdict vendetta verge
    vigil warning weapon wound witness`),
  wonder:
    list(`aether algorithm android antenna archive armada arrival artefact asteroid astronaut atom aurora automaton
    capsule century circuit citadel clockwork clone code colony copy current cycle descent dimension dragon dream
    elixir ember empire enchantment engineer entropy epoch equation experiment expedition fleet formula frequency
    frontier future galaxy giant gravity hemisphere hologram horde hybrid infinity instrument interval invention
    labyrinth legend light magic memory meteor miracle myth nebula number oracle orbit origin outpost paradox particle
    pattern phantom pilgrim portal prophecy protocol pulse quantum quest realm reactor relic riddle robot rune sequence
    signal simulation sorcerer spectrum spell sphere static sword symmetry theorem titan transmission unicorn vessel void
    voyage wizard zero`),
  heart:
    list(`adoption affair agreement anniversary answer appetite arrangement audience bachelor banquet beginning birthday
    bouquet breakfast bride cake caravan carnival change charm cheek choice christening coincidence comedy company
    compliment conversation courtship cousin dance darling dinner divorce duet elopement embrace encore engagement
    etiquette family fate favour feast festival fiance flirtation flower forgiveness fortune friend friendship gift
    goodbye groom guest habit happiness heart heirloom holiday homecoming honeymoon invitation joke journey joy kiss
    language laugh lesson letter longing love luck lunch manners marriage matchmaker meeting melody memory misunderstanding
    neighbour neighbourhood party picnic pleasure poem portrait postscript proposal promise quarrel question rehearsal
    remedy rendezvous reunion romance rumour sandwich secret serenade sister sleepover smile song souvenir speech
    stepmother supper surprise sweetheart teacher toast tradition tune vacation valentine visit vow waltz wedding welcome
    wish`),
} as const;
export type Colour = keyof typeof nouns;

export const occupations = list(`
  accountant acrobat actor admiral alchemist ambassador anaesthetist apothecary apprentice arborist archaeologist
  archivist armourer astronomer auctioneer baker barber beekeeper bell-ringer biographer blacksmith boatbuilder
  bodyguard bookbinder bookkeeper botanist boxer brewer bricklayer bus-driver butcher butler caretaker carpenter
  cartoonist cellist chauffeur chemist clerk clockmaker coachman cobbler collector composer conductor confectioner
  cook cooper coroner courier croupier curator dentist detective dispatcher diver doctor dollmaker dressmaker drummer
  duchess electrician embalmer engraver envoy explorer falconer farmer ferryman firefighter fisherman florist forger
  forester fortune-teller furrier gambler gardener geologist glassblower goldsmith governess governor grocer
  groundskeeper gunsmith harbourmaster hatter herbalist hermit historian housekeeper hypnotist illusionist
  illustrator inspector interpreter inventor jailer jeweller jockey joiner journalist judge juggler juror
  keyholder lacemaker lamplighter landlady laundress librarian lifeguard linguist lobbyist locksmith
  lumberjack magician magistrate mapmaker marshal mason mathematician mechanic mediator merchant messenger
  meteorologist midwife miller milliner miner minister monk mortician navigator nightwatchman notary novelist nurse
  organist orderly ornithologist painter paramedic park-ranger pathologist patriarch pawnbroker perfumer pharmacist
  photographer physicist pianist piano-tuner pilot piper plumber poet porter postmaster potter printer prison-guard
  projectionist prompter proofreader prosecutor psychiatrist puppeteer quartermaster radiographer referee
  restorer roofer saddler sailor schoolmaster sculptor seamstress secretary sheriff shepherd shipwright
  signalman singer smuggler soldier spy stationmaster stenographer stockbroker stonemason stuntman surgeon surveyor
  switchboard-operator tailor taxidermist teacher telegraphist thief tollkeeper trapper treasurer trumpeter
  typesetter umpire undertaker understudy usher valet ventriloquist veterinarian vintner violinist
  waiter warden watchmaker weaver welder widow winemaker woodcutter`).map((word) => word.replaceAll('-', ' '));

export const kin = list(
  'apprentice aunt brother daughter father grandson husband mother niece nephew rival shadow sister son twin uncle widow wife',
);
export const numbers = list(
  'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty forty ninety ',
);
export const doing = list(`
  answering avoiding becoming borrowing breaking burning burying calling carrying catching chasing climbing counting
  crossing dancing defending dividing drawing dreaming drowning escaping expecting feeding finding following forgetting
  forgiving guarding haunting hearing hiding holding hunting inventing judging keeping killing leaving lifting losing
  loving marrying measuring mending minding missing naming outliving owing painting planting playing pleasing raising
  reading refusing remembering renting repairing saving selling settling sharing sinking stealing stopping surviving
  swallowing teaching tempting translating trusting turning unlearning waiting waking washing watching weighing winning`);
export const relations = list(
  'above across after against along before behind below beneath beside between beyond inside near outside past through towards under without',
);
export const moments = list(
  'afternoon autumn century day evening fall hour midnight month morning night noon season spring summer sunday term thursday tuesday weekend winter year',
);
