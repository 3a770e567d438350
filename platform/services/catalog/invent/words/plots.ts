/** What happens in titles: phrases by the family of their genre. Each is made to follow the words of `synopsis.ts`. */
import { lines, list } from './list.ts';

export const traits = list(`
  ambitious anxious blacklisted broke careless celebrated cheerful colour-blind cynical disbarred disgraced divorced
  elderly exhausted exiled failed famous fearless forgetful former freshly-hired grieving gullible heartbroken homesick
  idealistic illiterate insomniac junior lapsed left-handed lonely lovesick meticulous newly-qualified nervous
  newly-widowed orphaned overworked penniless pregnant proud provincial quick-witted reclusive reformed reluctant retired
  rookie self-taught semi-retired shy sleepless small-town soft-spoken spoilt stubborn superstitious suspended talkative
  tone-deaf travelling uncompromising undercover unemployed unlicensed unlucky washed-up weary wrongly-accused young`).map(
  (trait) => trait.replace(/^(newly|freshly|wrongly)-/, '$1 '),
);

export type Family = 'dark' | 'wonder' | 'heart' | 'grave' | 'bright' | 'wild' | 'true';

export interface Plots {
  /** After "must": what has to be done. */
  readonly tasks: readonly string[];
  /** After "When" or "After": what went before. */
  readonly events: readonly string[];
  /** A sentence of its own, or after "but": what makes it hard. */
  readonly twists: readonly string[];
  /** Things, with their article. */
  readonly things: readonly string[];
}

export const plots: Readonly<Record<Family, Plots>> = {
  dark: {
    tasks: lines(`
      find the one witness who never gave a name
      prove that the confession was written before the crime
      return the money to the people it was stolen from
      hide a stranger from half of the police force
      follow the only clue out of town
      keep a killer talking until the line can be traced
      open a safe that has been closed since the war
      drive the same road until the driver comes back
      identify a body that everybody claims to know
      spend one night in the house where it happened
      stay awake until the tide goes out
      work out which of the nine guests is lying about the clock
      trade places with the victim
      reopen a case that ended three careers
      steal back a painting that was a forgery to begin with
      testify against the only friend left
      break into a prison
      bury the evidence a second time
      learn who has been answering the telephone
      choose which of two brothers to believe
      catch a thief who leaves things behind
      cross the city without being seen by a single camera
      pay off a debt that doubles every Friday
      explain a photograph taken in an empty room
      listen to eleven hours of tape for one cough`),
    events: lines(`
      the power fails across the whole district
      a stranger pays for a dead man's funeral
      the river gives back a car
      a juror disappears on the last day
      the same alibi is given by four people
      an old tape turns up in a house clearance
      the wrong man is released
      a letter arrives twenty years late
      somebody confesses to a crime that has not happened
      the night train arrives with one passenger too many
      a child draws a face that no one has described
      the bank is robbed of a single envelope
      a body is found in a locked archive
      every lock in the street is changed overnight
      the chief witness asks to be arrested
      a wall is taken down and a room is found behind it
      the ransom is paid twice
      a retired informer rings the old number
      the ferry docks with nobody at the wheel
      two identical suitcases are collected from one locker`),
    twists: lines(`
      somebody in the house already knows
      the evidence keeps being returned
      every clue points to the person asking
      the victim has begun to write letters
      the only witness is paid to forget
      the police have stopped looking on purpose
      nobody who leaves the village remembers why
      the trap was built for someone else
      the killer is on the search party
      the truth would free the wrong man
      each answer costs another name
      the house has one more door at night
      the tape has been cut in two places
      the price of silence has just gone up
      everyone involved has the same scar
      the alibi is the crime
      whoever is following has been there before
      the next victim has already been chosen by vote
      the lights go out at the same minute every evening
      the key fits, and that is the problem`),
    things: lines(`
      a numbered key
      the last page of a diary
      an unsigned will
      a police radio that nobody switched off
      a suitcase full of passports
      the wrong coffin
      a photograph with one face cut out
      a cassette labelled only with a date
      a revolver that was never fired
      the ledger of a closed casino
      a bloodless knife
      a set of eleven identical postcards`),
  },
  wonder: {
    tasks: lines(`
      carry the last flame across a frozen kingdom
      teach a machine how to lose
      wake a crew that voted to stay asleep
      return a borrowed shadow before noon
      translate a signal that answers back
      find the hour that was cut out of every clock
      steer a city that has learned to walk
      bargain with the tide for a drowned village
      repair the sun's reflection before winter
      map a forest that moves when it is measured
      smuggle a seed past three moons
      unlearn the spell that holds up the sky
      bring a ghost home through customs
      persuade the last dragon to leave
      reach the lighthouse at the edge of the system
      remember a world that everybody else has agreed to forget
      count the stars again, because one is missing
      win a duel that has already been lost
      keep a promise made by an earlier copy
      cross the desert under glass before the air runs out
      forge a second key to the gate between winters
      argue for humankind in a court of weather
      return the future to its owner
      find the voice that was stolen from the mountain
      stop the moon from being sold`),
    events: lines(`
      the second moon fails to rise
      all the clocks in the capital strike thirteen
      a colony ship answers a call sent centuries ago
      the sea withdraws and does not come back
      an android asks for a day off
      a comet stops
      the library begins to grow new rooms
      the gate between the two cities opens by itself
      every dreamer in the valley has the same dream
      a satellite that was never launched starts to transmit
      the king's shadow refuses to follow him
      the robots vote
      snow falls inside the dome
      a star chart turns out to be a letter
      the oldest tree in the kingdom speaks one word
      gravity weakens by a hundredth part each day
      a child is born who casts no reflection
      the machine that predicts tomorrow prints a blank page
      the dead begin to send postcards
      somebody steals the north`),
    twists: lines(`
      the map is drawn by the thing that hunts it
      the cure remembers everyone it has healed
      each wish takes a year from somebody else
      the ship has been lying about the date
      magic here is taxed
      the enemy has kept every one of their letters
      the oracle has started to guess
      only a person who has never slept can see the door
      time moves faster for whoever is right
      the robot has been sending postcards to itself
      the stars were put there to hide something
      home is no longer where it was launched from
      the crown chooses, and it chooses badly
      no one on board was ever awake
      the last spell needs a lie to be true
      the new world has already been named
      the signal is a lullaby
      the monster has the better lawyer
      nothing that crosses the bridge weighs the same
      the prophecy was a translation error`),
    things: lines(`
      a compass that points to tomorrow
      the last working star chart
      an egg that ticks
      a bottled storm
      the spare key to a moon
      a mirror with a delay
      an engine that runs on regret
      the only copy of the wind
      a sword that refuses to be drawn
      a seed older than the sun
      a city folded into a box
      the eleventh commandment of robots`),
  },
  heart: {
    tasks: lines(`
      share one umbrella and one secret
      plan a wedding that both of them hope will fail
      pretend to be married until the lease is signed
      write love letters for a rival
      cook a dinner for twelve with one pan
      return a dog to the person it was a present from
      teach an old rival to dance by Saturday
      fake a holiday without leaving the flat
      win back a house at cards
      find a date for a divorce party
      sit through a whole summer beside an ex
      run the family restaurant for one week without burning it down
      judge a baking contest judged by everyone's mother
      apologise to nine people before the train leaves
      drive a borrowed wedding cake across the mountains
      keep two best friends from meeting
      sell a boat that nobody wants to part with
      explain an engagement to a fiance who has forgotten it
      become the neighbour from whom everyone borrows sugar
      finish a crossword begun by a stranger
      break up politely
      organise a reunion for a class that hated each other
      learn to swim before the honeymoon
      give a speech in a language learned from songs
      hide a piano from the landlord`),
    events: lines(`
      two wedding parties book the same garden
      a love letter is delivered to the whole street
      the lift stops between two floors and two exes
      a grandmother announces her third engagement
      the best man falls for the caterer
      a dating agency loses its files
      the honeymoon suite is let twice
      a lottery ticket is found in a library book
      an umbrella is left in the wrong taxi
      the choir loses its only tenor
      both sides of a divorce move into the same house
      a misprinted invitation brings a hundred guests
      the family bakery is left to the family's enemy
      a blind date turns out to be a job interview
      the last ferry leaves without them
      the office closes and nobody tells the night shift
      an old answering machine is plugged in again
      the village wins a twin town in an argument
      a rehearsal dinner ends with the wrong toast
      an ex-husband opens a cafe across the road`),
    twists: lines(`
      the bride has the better joke
      neither of them can afford to be honest
      the whole village has placed a bet on it
      somebody's mother reads the post
      it would be easier if they disliked each other
      the ring belongs to somebody else
      the parrot repeats everything
      love turns out to need a permit
      the caterer knows both of them
      the landlord is in love too
      it is the wrong church and the right day
      they have already met, badly
      both have brought their lawyers
      the band knows only one waltz
      somebody has kept the receipt
      the children are running the negotiations
      the weather has other plans
      the rival is annoyingly kind
      nobody told the dog
      everyone has been pretending for years`),
    things: lines(`
      a wedding dress with a stranger's name in it
      the last table by the window
      a recipe with one line missing
      an overdue library book
      a double booking
      half of a winning ticket
      the wrong bouquet
      a shared allotment
      one very old caravan
      a piano that cannot be moved
      the only parking space in the street
      a box of unsent valentines`),
  },
  grave: {
    tasks: lines(`
      keep a farm alive through a third year of drought
      decide who is told first
      carry a brother's ashes over a closed border
      raise a child that two families claim
      sign a peace that neither side has read
      hold a bridge until the last cart is across
      sell the house where everyone was born
      nurse the man who gave the order
      bring a regiment home without a map
      teach in a school with no roof
      forgive a father by letter
      paint a portrait of the occupier
      hide the village's bells from the foundry
      translate for both sides of a trial
      run a theatre under the eyes of the censor
      give up the throne without losing the country
      find the grave that the archive denies
      bake for a city under siege
      persuade a mother to leave before the water comes
      learn to live beside the men who informed
      deliver the mail through the front line
      choose between two flags at one funeral
      tell the truth to a jury of neighbours
      finish a cathedral that ruined three generations
      give evidence against a hero`),
    events: lines(`
      the mine closes on a Monday
      a prisoner of war walks home to a house with new owners
      the dam is finished and the valley has a year to leave
      the queen's food taster falls in love
      a father comes back from the sea with another name
      the first snow cuts off the garrison
      an empire sends its last governor
      the harvest fails for the second time
      a treaty moves the frontier through a kitchen
      the strike enters its hundredth day
      an old woman refuses to leave the hospital
      a soldier returns the wrong medal
      the plague ship is allowed to land
      two sisters inherit one half-finished house
      the radio announces a victory that nobody has seen
      a census taker knocks at the wrong door
      the last speaker of a language falls ill
      the archive is opened for a single afternoon
      the orphanage burns with its records
      a village is asked to choose eleven men`),
    twists: lines(`
      the land remembers who sold it
      the past has kept a spare key
      each kindness is noted down by someone
      there is only enough for one winter
      the enemy has the better bread
      the truth is older than the law
      peace has come too late for the horses
      a brother stands on the other side
      silence was the price of everything they own
      the letter says less than its envelope
      nobody is left who would object
      the king is already packing
      what was buried has begun to surface
      the river does not care who wins
      the child understands more than the court
      history will be written by the lodger
      a debt is still a debt after the war
      the new owners have found the diary
      grief arrives by the slow train
      the medal was meant for someone else`),
    things: lines(`
      a trunk of unposted letters
      the deed to a drowned farm
      a uniform with no country
      one good winter coat
      a family Bible with a page torn out
      the last horse of the regiment
      a promise made in a cellar
      an unfinished house
      a bell without a tower
      an inherited debt
      a violin taken across four borders
      a list of names`),
  },
  bright: {
    tasks: lines(`
      save the school play with a cast of pigeons
      win a soapbox race without brakes
      bring a lost whale home before the holidays
      outwit a landlord made of clouds
      find the giant's other shoe
      run a hotel for retired circus animals
      teach a scarecrow to read
      return the moon's missing button
      keep a baby dragon out of the bath
      build a rocket from a broken tractor
      beat the champions with ten players and a goat
      guide a nervous owl through its first night
      sing a mountain to sleep
      repaint the rainbow before the rain stops
      guard the last snowman until spring
      organise the ants against the picnic
      learn the steps of a dance that nobody has ever finished
      prove that the cat can talk
      run the last leg of a race that ended years ago
      conduct an orchestra of kettles
      deliver a parcel to the end of the alphabet
      look after a grandfather who has become six years old
      find a name for a town that has lost it
      hide a dinosaur in a caravan
      play one perfect note`),
    events: lines(`
      the circus leaves its smallest elephant behind
      a hot-air balloon lands in the playground
      the toy shop closes with everyone inside
      it rains marmalade on the county fair
      a penguin arrives by post
      the team bus takes a wrong turning into a fairy tale
      the town's only piano rolls down the hill
      grandmother's garden starts to hum
      the tooth fairy goes on strike
      a lighthouse grows legs
      the school is moved to a boat
      summer forgets to come
      two rival bands are booked for the same stage
      the weather is delivered to the wrong village
      a tin robot wins the spelling contest
      the stadium floods on the night before the final
      all the zoo's keys are swallowed by one ostrich
      a shy ghost moves into the nursery
      the marching band loses its drum major to a beehive
      the smallest pupil is elected mayor`),
    twists: lines(`
      the goat has its own ideas
      the grown-ups must not notice
      every lie grows a feather
      the referee is afraid of whistles
      the map is edible
      bedtime is in an hour
      the cake has run away
      it only works when somebody laughs
      the villain is somebody's aunt
      nobody has read the instructions
      the dog drives better than anyone
      magic is not allowed on school days
      the other team has wings
      the penguin is homesick
      shadows are bad at keeping secrets
      the biggest one is the most afraid
      the song has a verse that nobody knows
      the snow is already melting
      being brave turns out to be loud
      the moon wants it back`),
    things: lines(`
      a kite as large as a house
      the last jar of starlight
      one roller skate
      a very long scarf
      an umbrella with opinions
      the town's only trombone
      a map drawn in jam
      a box of slightly used wishes
      a borrowed elephant
      the key to the clock tower
      a football that never comes down
      a bicycle built for nine`),
  },
  wild: {
    tasks: lines(`
      bring a herd across the pass before the snow
      find the ship that took the ice with it
      race a rival expedition to a river without a name
      hold the town until the rails are mended
      bring one prisoner through a hundred miles of friends of his
      climb down the side that nobody has climbed up
      fly the last machine out of the delta
      jump from a train that is not going to stop
      steal a locomotive in plain sight
      reach the well before the raiders do
      rescue a crew from a mine under the sea
      outrun the flood with a wagon of dynamite
      cross the salt flats on half a tank
      win the ranch back with one bullet
      lead a caravan through three small wars
      break a blockade with a fishing fleet
      bring the vaccine over the glacier
      find the brother who drew the map
      defuse a bridge while the carnival crosses it
      hunt the wolf that has learned the bells
      sail an unfinished ship around the cape
      protect a village that has sold its guns
      carry a message that the carrier may not read
      ride two days on a horse that knows the way back
      land a burning aircraft on a frozen lake`),
    events: lines(`
      the last stagecoach comes in without a driver
      a dam bursts above the valley
      a pilot is shot down behind both lines
      the gold train never arrives
      a volcano wakes under the observatory
      the sheriff hands over his star and leaves on foot
      the ice takes the ship
      an old map is sold twice
      the rope is cut on the north face
      bandits take the whole church choir
      the compass of the flagship is found in a market
      the bridge goes down with half of the convoy across
      a desert town's well begins to whisper
      the ransom is paid in false coin
      a cargo plane lands where there is no runway
      the hunters come back without their dogs
      a bounty is put on the telegraph
      the river changes its course overnight
      the smugglers lose their tide
      a stranger rides in on the marshal's horse`),
    twists: lines(`
      the guide is paid by the other side
      there is water for one of them
      the map ends where the trouble starts
      the horse knows more than its rider
      winter is two days ahead of them
      the gold was never on the train
      the only bridge is held by an old friend
      the radio works, and somebody is answering
      the fuse has already been lit
      every mile is owned by somebody
      the prisoner is the best shot
      the mountain has changed since the map
      their pursuers have begun to help
      the wind is about to turn
      the town has decided to look away
      the dynamite is older than the war
      the wounded one has the key
      the law ends at the river
      the sea keeps giving back the wreckage
      nobody hired the ninth man`),
    things: lines(`
      a hand-drawn map
      the deed to a silver mine
      half a compass
      a wagon of dynamite
      a stolen locomotive
      the marshal's star
      a locked strongbox
      one sound horse
      the log of a lost ship
      a flare gun with one flare
      a crate of bones from an expedition
      a crate marked as oranges`),
  },
  true: {
    tasks: lines(`
      record the last cassette factory before it closes
      follow one container around the world
      count the swifts of a city that has run out of roofs
      film a single field for a year
      restore a cinema organ note by note
      retrace the route of a forgotten relay race
      learn a dying craft from its last two quarrelling masters
      map the smells of a harbour
      spend a season with the night cleaners of an opera house
      walk a border that exists only on paper
      find every bell cast by one foundry
      listen to a glacier with a hundred microphones
      play in every town that shares its name
      rebuild a racing bicycle from a court file
      trace one song through five languages
      stay for a winter at the most remote school on the coast
      taste the bread of forty ovens
      keep watch with the keepers of a nuclear archive
      train with a chess club behind walls
      collect the lullabies of a mountain railway`),
    events: lines(`
      a river is declared a person
      the last typewriter repairer shuts his shop
      a warehouse of unlabelled film reels is opened
      a village sells its silence to tourists
      the fishing fleet comes home for good
      a forgotten stadium is found under a motorway
      a choir of dockers is invited abroad
      the oldest tree on the island falls
      a town votes to switch off its street lights
      the archive of a rain gauge turns two hundred
      an amateur finds a comet from a balcony
      a marching band loses its valley to a reservoir
      the weather station's only keeper retires
      a lost recording is found in a biscuit tin
      the last circus winters in a car park`),
    twists: lines(`
      no two of them agree on what was lost
      the camera is not always welcome
      the silence turns out to be crowded
      what began as a hobby has become evidence
      the youngest of them knows the oldest songs
      the numbers tell a kinder story
      some of the witnesses are birds
      the work outlives every budget
      the place is changing faster than the film
      the masters have not spoken for years
      everything depends on the weather
      the archive talks back
      the answer was in the kitchen all along
      the last season is also the best
      it all began with a mistake`),
    things: lines(`
      a shoebox of negatives
      a tape of a hundred hours
      an unbroken record
      a handwritten atlas of winds
      a field of disused antennas
      the rule book of a forgotten sport
      a song without an author
      the notebook of a tide watcher
      a workshop of broken clocks
      one very patient camera`),
  },
};

export const families: Readonly<Record<string, Family>> = {
  action: 'wild',
  adventure: 'wild',
  animation: 'bright',
  comedy: 'heart',
  crime: 'dark',
  documentary: 'true',
  drama: 'grave',
  family: 'bright',
  fantasy: 'wonder',
  historical: 'grave',
  horror: 'dark',
  music: 'bright',
  mystery: 'dark',
  romance: 'heart',
  'science fiction': 'wonder',
  sport: 'bright',
  thriller: 'dark',
  war: 'grave',
  western: 'wild',
};
