/** Parts of people's and places' names. Surnames and places are put together, so that they are hardly anybody's. */
import { list } from './list.ts';

export const given = list(`
  Abena Adaeze Agata Aino Akira Alba Aldo Alena Amara Amina Anders Anneke Anouk Ansel Anya Arvid Asha Astrid Ayo Baptiste
  Basma Beatrix Benedikt Bianca Birgit Bram Brigid Bruno Camila Casimir Cecily Chiara Cillian Clara Cosima Dagny Dalia
  Damaris Dario Deepa Delphine Desta Dimitra Dorotea Edda Efua Eleni Elif Elio Elodie Emeka Enzo Esme Etta Eun Fabian
  Farida Fenna Fergus Fiona Florin Freya Gemma Ghita Gideon Gisela Greta Gunnar Hana Harriet Haruki Hedda Henrik Hiba
  Hugo Ibrahim Idris Ilse Imani Ines Ingrid Iskra Isolde Ivo Jamal Janek Jarrah Jelena Jiro Joana Jonas Jorun Josefa Juno
  Kaia Kamala Karim Katya Keiko Kezia Kiran Klaus Kofi Lale Lars Leila Lena Leonie Lida Linnea Liora Livia Lorenz Lucan
  Ludmila Mads Maeve Magnus Maja Malik Mara Marek Marisol Mateo Matilda Mehdi Mei Milan Mina Miriam Moira Nadia Naomi
  Nasrin Nell Nils Noor Odette Olavi Olga Oriol Orla Otis Ottilie Padma Paloma Pavel Perpetua Petra Phoebe Pia Piotr
  Priya Quentin Rafael Ramona Rania Ravi Renata Rhea Roan Rosalba Rufus Runa Ruth Sabine Safiya Samir Sanna Saskia Selma
  Senna Sigrid Silvan Simone Sol Solveig Soraya Stellan Sunniva Svea Tadeo Taiwo Tamsin Tariq Tess Thabo Theodora Tilda
  Tobias Tove Ulla Umar Uri Valentin Vasil Vera Viggo Vilma Wanda Wanjiru Willa Wren Xenia Yara Yasmin Yusuf Zadie Zelda
  Zofia Zoran`);

/** Front and back of surnames, by how they sound together. */
export const surnames: ReadonlyArray<readonly [readonly string[], readonly string[]]> = [
  [
    list(
      'Ash Birch Black Brack Bram Cald Carr Chalk Cold Cran Dun Elder Fal Fern Glen Grim Hal Har Hazel Hollow Holm Kel Lang Lark Lin Mal Mar Merri North Oak Pen Quill Rams Raven Rook Ros Sed Shel Stan Stone Thorn Tre Wain Wel West Whin Win Wol Wych Yar',
    ),
    list(
      'acre beck bourne bridge by combe cote dale den fell field ford gate grave hallow ham hurst lea ley low mere moor more mott ridge row shaw stead stock thwaite wick with wold worth yard',
    ),
  ],
  [
    list(
      'Aal And Arv Berg Bjar Dal Ek Eld Fjell Frid Gran Hage Hav Holm Ing Kvarn Lind Lund Mid Mork Nor Ost Rask Sand Skog Sol Sten Strand Sund Tor Ulv Var Vest Ving',
    ),
    list(
      'aker bakk borg brandt dahl eng fors gaard gren heim holt hus kvist land lund mark nes quist rud sen stad strand toft vang vik wald',
    ),
  ],
  [
    list(
      'Abra Alve Amar Bandi Bela Bori Caldo Cassi Corva Delga Esca Falco Fiora Galva Lavo Lusi Mala Marti Monta Nava Orsi Palo Pera Quinta Rava Sali Santo Sera Tala Tesso Torra Valde Vera Viro Zama',
    ),
    list(
      'bella cci chio delli dez dini donna gallo ghini landi lino lotti monte nelli nero netti nova quez rada relli renzo ri riva ro rossa sco telli vani vedo ville zano zetti',
    ),
  ],
  [
    list(
      'Ade Aki Amo Asa Baba Bola Chi Dela Dio Eka Enu Fola Gba Iba Iku Kame Kipe Koro Kwa Mba Moya Mulu Nde Nka Oba Odu Oko Olu Osa Sale Seku Tame Tumo Uche Wanga Yaro Zuku',
    ),
    list(
      'bayo bele bia chi dare dele diko diwe femi gala jide kande kunle lami lowo mbe mbo nda ngwe nia noye ntu rere runde sanya shola tayo tele wande wole yemi',
    ),
  ],
  [
    list(
      'Aru Bala Chandra Deva Gopa Hari Indra Jaya Kala Kiru Lalit Madha Mani Naga Nira Pala Rama Ravi Sanka Shiva Suba Suri Tara Udaya Vasu Vija Yasho',
    ),
    list(
      'bhadra dev giri kar karan kumar lal manth mukhi nath pal pani patra prava raj rangan ratna samy shetra singam sundra varma vasa vel ven',
    ),
  ],
  [
    list(
      'Aki Ama Chi Fuji Haru Hira Ino Ishi Iwa Kami Kata Kiri Kono Kuro Masu Mizu Mori Naga Nishi Oka Saku Shira Sugi Taka Tani Toku Umi Wata Yama Yoshi',
    ),
    list(
      'bashi be chika da do gane gata gawa hama hara hata ie jiri ka kawa ki kura ma matsu mine moto mura no oka saka saki sawa se shima ta take to tsuka ue wara ya zaki',
    ),
  ],
  [
    list(
      'Ada Bala Bori Bras Cher Dani Dobro Drago Gori Gra Hra Jano Kali Kasi Kova Kras Lado Les Luka Mali Mila Miro Novo Orlo Pav Petra Rado Sava Slavo Stani Svet Tomas Vlado Vuko Zale Zori',
    ),
    list(
      'bek benko chek chuk dan dic gor hin icki jak kov kova lak lenko lin mir nek nik novic pol ranko rek sek shin sic slav tek tov vac vel vic vik zek',
    ),
  ],
];

/** Front and back of places' names. */
export const places: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    list(
      'Alder Ar Barrow Bel Brack Bran Cal Car Cor Cray Dar Dun Ell Fen Gal Gar Gold Gul Har Hay Holly Ink Kel Ker Lam Lang Lor Mal Mar Mer Mill Mor Nar Nether Ol Or Pel Pen Quarr Ran Rush Sal Sea Sel Sil Tal Tarn Thorn Tor Ull Val Vel Wal Wen Whit Win Yel',
    ),
    list(
      'bay borough bridge burn caster combe cross dale den fleet ford gate grange ham haven head hithe holm keld lake leigh mere mouth ness over pool port quay reach ridge sands shaw side stoke strand ton vale wade water well wich wood worth',
    ),
  ],
  [
    list(
      'Aga Ala Anta Bara Bela Cala Cara Casta Cora Dala Esta Fara Gala Isa Kora Lamba Lara Luma Mara Mira Mora Nara Ola Osta Pala Rava Sala Sama Sera Sola Tama Tara Tela Vala Vara Vela Vira Zara',
    ),
    list(
      'bria cena dena dora gosta landa leste lia linde luz mar mena mira mondo nera nesta nia nova quila ra rena rica rino rosa santo sena so stella tia tine va vento verde via vista zia',
    ),
  ],
  [
    list(
      'Aks Bak Dal Dorn Drav Elb Fals Gor Grav Hals Hesse Karls Kol Krav Lin Lov Mark Nov Ober Ost Petra Rav Ros Sand Stel Stor Sund Tal Tor Ulm Unter Var Vest Vol Wald Zell',
    ),
    list(
      'bad bergen borg brunn by dorf enau fjord grad gorsk havn heim holm ina ingen itz mar mund nik oslav ovo ow rad sk stadt sund thal vik vara witz',
    ),
  ],
];
