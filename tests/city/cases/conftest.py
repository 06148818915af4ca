from tests.cityhall import hall as hall
