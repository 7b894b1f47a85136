import { noMoto, startMoto } from "../s3/moto.js";
import { startFauxqs } from "../s3/server.js";
import { describePull } from "./pull.case.js";

describePull({ name: "fauxqs", start: startFauxqs });
describePull({ name: "moto", start: startMoto, absent: noMoto });
